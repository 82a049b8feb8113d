import { absent, isOpen, readValue, type Value } from './expressions.ts';
import { theirInputs } from './inputs.ts';
import { asMapping, conditionOf, textOf, type Surroundings } from './surroundings.ts';
import { atLeast, checksBooleans, readsEnvironment, type Release, type Version } from './versions.ts';

/** What one step of the other action does: its inputs as its release understands them. */

/** The step as the file has it. */
export interface GivenStep {
  /** Names in lower case, values as the runner hands them over. */
  readonly inputs: ReadonlyMap<string, string>;
  /** The whole step, for its own `env:`. */
  readonly step: unknown;
}

/** The settings that the step runs with. */
export interface Effective {
  readonly version: Version;
  readonly surroundings: Surroundings;
  /** Inputs that the step names. */
  readonly names: readonly string[];
  /** An input's value, wherever it comes from. What its release does not know is absent. */
  value(name: string): Value;
  /** The variable that an input is read from, where the step does not give it. */
  variableOf(name: string): string | undefined;
  /** A boolean: true, false, or what an expression decides. */
  isOn(name: string): boolean | 'open';
  /** Whether the step sees a variable that has a value. */
  sees(variable: string): boolean;
  /** Whether the step has variables of its own. */
  readonly hasVariables: boolean;
  /** A variable that the step's own `env:` sets, as it is written. */
  ownVariable(name: string): string | undefined;
  /** The `if:` of the step and of its job, without `${{ }}`. */
  readonly conditions: readonly string[];
  /** Whether the release of the step ignores an input that it names. */
  ignores(name: string): boolean;
}

/** @param release what the reference says */
export function effectiveSettings(
  { inputs, step }: GivenStep,
  surroundings: Surroundings,
  { version, certain }: Release,
): Effective {
  const ignores = (name: string): boolean => {
    const since = theirInputs[name]?.since;
    return certain && since !== undefined && !atLeast(version, since);
  };
  const translated =
    readsEnvironment(version) &&
    (inputs.get('translate-env-variables') ?? '').trim().toLowerCase() !== 'false';
  const variableOf = (name: string): string | undefined => {
    const since = theirInputs[name]?.byVariableSince;
    if (!translated || since === undefined || !atLeast(version, since)) return undefined;
    if ((inputs.get(name) ?? '').trim() !== '') return undefined;
    const variable = name.replaceAll('-', '_').toUpperCase();
    return surroundings.variable(variable, step).kind === 'absent' ? undefined : variable;
  };
  const value = (name: string): Value => {
    if (ignores(name)) return absent;
    const given = inputs.get(name) ?? '';
    if (given.trim() !== '') return readValue(given, surroundings.lookup);
    const variable = variableOf(name);
    if (variable === undefined) return absent;
    const found = surroundings.variable(variable, step);
    return found.kind === 'open' ? { ...found, text: `\${{ env.${variable} }}` } : found;
  };
  const own = asMapping(step);
  return {
    version,
    surroundings,
    names: [...inputs.keys()],
    value,
    variableOf,
    isOn: (name) => {
      const found = value(name);
      if (found.kind === 'open' || found.kind === 'absent') return found.kind === 'open' ? 'open' : false;
      return found.text.trim().toLowerCase() === 'true';
    },
    sees: (variable) => surroundings.variable(variable, step).kind !== 'absent',
    hasVariables: 'env' in own,
    ownVariable: (name) => {
      const written: unknown = asMapping(own['env'])[name];
      return written === undefined ? undefined : textOf(written);
    },
    conditions: [conditionOf(own), surroundings.condition],
    ignores,
  };
}

/** A boolean that this action would refuse, as its release read it: up to version 4, anything but true was false. */
export function repairedBoolean(text: string, version: Version): string | undefined {
  const word = text.trim();
  if (isOpen(word) || /^(true|false)$/i.test(word) || checksBooleans(version)) return undefined;
  return 'false';
}
