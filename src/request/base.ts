import type { Base } from '../aws/plan.ts';
import { accessKeyIdRule, breach } from '../aws/limits.ts';
import type { Problems } from './problems.ts';
import { readChoice, type Given } from './values.ts';

/** Which base credentials the chain starts from: chosen once, here, and never inferred again. */

type SourceKind = Base['kind'];

/** In the order in which `auto` looks. */
const sources = ['access-key', 'token-file', 'oidc', 'ambient'] as const satisfies readonly SourceKind[];

/** The inputs that say where the first credentials come from. */
export type BaseInputs = Given<
  'credential-source' | 'access-key-id' | 'secret-access-key' | 'session-token' | 'web-identity-token-file'
>;

/** What the surroundings offer, looked up by whoever knows them. */
export interface SourceFacts {
  /** Whether the job may ask for GitHub's OIDC token: `id-token: write`. */
  readonly idToken: boolean;
  /** The AWS_ variables of the environment, from which the AWS SDK finds credentials. */
  readonly origin: Readonly<Record<string, string>>;
  /** The token file's full path, for one relative to the workspace. */
  readonly resolve: (path: string) => string;
  /** Why a file cannot be read, or undefined where it can. */
  readonly unreadable: (path: string) => string | undefined;
}

/** Which source, and how it was chosen. */
export interface SourceChoice {
  readonly kind: SourceKind;
  /** `input`: by `credential-source`. */
  readonly chosenBy: 'auto' | 'input';
  /** Other sources that this step could have started from, without `ambient`, which nobody knows before it is tried. */
  readonly alsoAvailable: readonly SourceKind[];
}

const names: Record<SourceKind, string> = {
  'access-key': 'the access key of the inputs',
  'token-file': 'the token of web-identity-token-file',
  oidc: "GitHub's OIDC token",
  ambient: 'what the AWS SDK finds here',
};

/** @param audience for an OIDC token */
export function readBase(
  inputs: BaseInputs,
  audience: string,
  facts: SourceFacts,
  problems: Problems,
): { base: Base; choice: SourceChoice } {
  const wanted = readChoice('credential-source', inputs['credential-source'], ['auto', ...sources], problems);
  const there: Record<SourceKind, boolean> = {
    'access-key': keyInputs.some((name) => inputs[name].trim() !== ''),
    'token-file': inputs['web-identity-token-file'].trim() !== '',
    oidc: facts.idToken,
    ambient: true,
  };
  const kind = wanted === 'auto' ? (sources.find((one) => there[one]) ?? 'ambient') : wanted;
  const choice: SourceChoice = {
    kind,
    chosenBy: wanted === 'auto' ? 'auto' : 'input',
    alsoAvailable: sources.filter((one) => one !== kind && one !== 'ambient' && there[one]),
  };
  return { base: read(kind, inputs, audience, facts, problems), choice };
}

const missing: Record<SourceKind, string> = {
  'access-key': 'not given',
  'token-file': 'not given',
  oidc: 'this job has no "id-token: write"',
  ambient: '',
};

/** For the log: which source the chain starts from, and why that one. */
export function choiceLine({ kind, chosenBy, alsoAvailable }: SourceChoice): string {
  const chosen = `Base credentials: ${kind}, ${names[kind]}`;
  const others = alsoAvailable.join(', ');
  if (chosenBy === 'input') return others === '' ? chosen : `${chosen} (as asked; not used: ${others})`;
  const earlier = sources.slice(0, sources.indexOf(kind)).map((one) => `${one}: ${missing[one]}`);
  const passed = earlier.length > 0 ? [`passed over ${earlier.join('; ')}`] : [];
  const unused = others === '' ? [] : [`not needed: ${others}`];
  return `${chosen} (auto; ${[...passed, ...unused].join('; ') || 'the first choice'})`;
}

function read(
  source: SourceKind,
  inputs: BaseInputs,
  audience: string,
  facts: SourceFacts,
  problems: Problems,
): Base {
  switch (source) {
    case 'access-key':
      return readKeys(inputs, problems);
    case 'token-file':
      return readTokenFile(inputs['web-identity-token-file'].trim(), facts, problems);
    case 'oidc':
      if (!facts.idToken) {
        const text =
          'is oidc, but this job may not ask for GitHub\'s OIDC token: it lacks the permission "id-token: write"';
        problems.say('credential-source', text, 'id-token');
      }
      if (/[^\x21-\x7e]/.test(audience))
        problems.add('audience', audience, 'holds white space or other characters that no audience has');
      return { kind: 'oidc', audience };
    case 'ambient':
      return { kind: 'ambient', origin: facts.origin };
  }
}

const keyInputs = ['access-key-id', 'secret-access-key', 'session-token'] as const;

function readKeys(inputs: BaseInputs, problems: Problems): Base {
  const [accessKeyId, secretAccessKey, sessionToken] = keyInputs.map((name) => inputs[name].trim()) as [
    string,
    string,
    string,
  ];
  const fork = 'empty (a secret that does not exist is, and a pull request from a fork gets none)';
  if (accessKeyId === '') problems.say('access-key-id', `is ${fork}`);
  if (secretAccessKey === '') problems.say('secret-access-key', `is ${fork}`);
  const wrong = accessKeyId === '' ? undefined : breach(accessKeyId, accessKeyIdRule);
  if (wrong)
    problems.say('access-key-id', `${wrong}; its value is not shown, for it may be the wrong secret`);
  for (const [name, value] of [
    ['secret-access-key', secretAccessKey],
    ['session-token', sessionToken],
  ] as const) {
    if (/[^\x21-\x7e]/.test(value))
      problems.say(name, 'holds white space or other characters that no key of AWS has');
  }
  // IAM User Guide, "IAM identifiers": ASIA begins the ids of temporary keys, which are useless without their token.
  if (accessKeyId.startsWith('ASIA') && sessionToken === '') {
    problems.say(
      'session-token',
      'is needed: an access-key-id that begins with ASIA belongs to temporary credentials',
    );
  }
  return {
    kind: 'access-key',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) },
  };
}

function readTokenFile(given: string, facts: SourceFacts, problems: Problems): Base {
  const path = given === '' ? '' : facts.resolve(given);
  if (given === '') {
    problems.say(
      'web-identity-token-file',
      'is required when credential-source is token-file: the path of a file with a JWT',
    );
  } else {
    const why = facts.unreadable(path);
    if (why)
      problems.add(
        'web-identity-token-file',
        given,
        `cannot be read: ${why} (relative paths begin at the workspace)`,
      );
  }
  return { kind: 'token-file', path };
}
