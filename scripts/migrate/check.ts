import { partitionOfRegion } from '../../src/aws/partitions.ts';
import { inputNames, valueOf, type InputName } from '../../src/request/inputs.ts';
import { placeholderNames, type WorkflowFacts } from '../../src/request/placeholders.ts';
import { InputError } from '../../src/request/problems.ts';
import { readRequest } from '../../src/request/request.ts';
import { isOpen } from './expressions.ts';
import type { Conversion } from './inputs.ts';

/** Facts of an imaginary run. Reading them with src/github/ would bundle the runner's packages into the script. */
const facts = Object.fromEntries(placeholderNames.map((name) => [name, 'x'])) as WorkflowFacts;

/** Replaces a value that is only known during a run. */
const standIns: Partial<Record<InputName, string>> = {
  'access-key-id': 'AKIAIOSFODNN7EXAMPLE',
  'secret-access-key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'session-token': 'token',
  'web-identity-token-file': '/token',
  'external-id': 'id',
};

/**
 * What this action would reject in a step, whatever the values of its expressions are. It is reported now, and not in
 * the first run.
 * @param given the inputs that the step has now
 * @param byToken whether the step starts from a token
 */
export function refusedInputs(given: ReadonlyMap<string, string>, byToken: Conversion['byToken']): string[] {
  if (byToken !== 'maybe') return problemsOf(given, byToken === 'always');
  const withToken = problemsOf(given, true);
  return problemsOf(given, false).filter((problem) => withToken.includes(problem));
}

function problemsOf(given: ReadonlyMap<string, string>, idToken: boolean): string[] {
  const texts = [...given].flatMap(([name, text]): [string, string][] => {
    if (!isOpen(text)) return [[name, text]];
    if (name === 'role-arn') return [[name, possibleRoles(text, given)]];
    const standIn = standIns[name as InputName];
    if (name === 'session-tags') return [[name, text.replaceAll(/\$\{\{.*?\}\}/gs, 'x')]];
    return standIn === undefined ? [] : [[name, standIn]];
  });
  const inputs = Object.fromEntries(
    texts.filter(([name]) => (inputNames as readonly string[]).includes(name)),
  );
  const hasProfiles = valueOf('profile', inputs['profile']) !== '';
  try {
    readRequest(inputs, {
      environment: {},
      facts: () => facts,
      problems: [],
      profiles: hasProfiles ? { placeOf: () => undefined, blocker: () => undefined } : undefined,
      lists: undefined,
      origin: {},
      idToken,
      resolve: (path) => path,
      unreadable: () => undefined,
    });
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems
      .filter(
        ({ input }) => given.has(input) && !isOpen(given.get(input) ?? '') && !restsOnOpen(input, given),
      )
      .map(({ input, text }) => `This action refuses ${input}: ${text}.`);
  }
}

/** Possible values of an expression for a role, in the partition and the account that the other inputs require. */
function possibleRoles(text: string, given: ReadonlyMap<string, string>): string {
  const [region = '', accounts = '', policies = ''] = [
    'region',
    'allowed-account-ids',
    'session-policy-arns',
  ].map((name) => given.get(name) ?? '');
  const partition =
    (isOpen(region) ? undefined : partitionOfRegion(region.trim())?.id) ??
    /^\s*arn:([\w-]+):/.exec(policies)?.[1] ??
    'aws';
  const account = /(?<!\d)\d{12}(?!\d)/.exec(accounts)?.[0] ?? '111111111111';
  const possible = (line: string, index: number): string => {
    if (!isOpen(line)) return line;
    const [, own = partition, its = account] = /^\s*arn:([\w-]+):iam::(\d{12})?/.exec(line) ?? [];
    return `arn:${own}:iam::${its}:role/x${index}`;
  };
  return text.split('\n').map(possible).join('\n');
}

/** Keys are compared with tags, and an expression may produce the tags. */
const restsOnOpen = (input: string, given: ReadonlyMap<string, string>): boolean =>
  input === 'transitive-tag-keys' && isOpen(given.get('session-tags') ?? '');
