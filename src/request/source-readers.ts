import { accessKeyIdRule, breach } from '../aws/limits.ts';
import type { Base } from '../aws/plan.ts';
import { isTrusted } from './endpoint.ts';
import type { Inputs } from './inputs.ts';
import type { Problems } from './problems.ts';

/** How each kind of base credentials is read from the inputs. What else a kind does is in its file in `sources/`. */

export type SourceKind = Base['kind'];
/** The base of a kind. */
export type BaseOf<Kind> = Extract<Base, { readonly kind: Kind }>;

/** What the environment has, looked up by the module that owns it. */
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

interface SourceReader<Kind> {
  /** Whether `auto` may choose it. */
  readonly available: (inputs: Inputs, facts: SourceFacts) => boolean;
  /** Why the input `audience` makes no difference; undefined where it does. */
  readonly ignoresAudience: string | undefined;
  /** Whether the credentials may come from the profile that AWS_PROFILE names. */
  readonly readsProfile: boolean;
  /** @param audience of an OIDC token: the input, or the partition's */
  readonly read: (inputs: Inputs, audience: string, facts: SourceFacts, problems: Problems) => BaseOf<Kind>;
}

/** In the order in which `auto` looks. */
export const sourceReaders: { readonly [Kind in SourceKind]: SourceReader<Kind> } = {
  'access-key': {
    available: (inputs) =>
      [inputs['access-key-id'], inputs['secret-access-key'], inputs['session-token']].some(
        (key) => key.trim() !== '',
      ),
    ignoresAudience: 'the base credentials are not a token',
    readsProfile: false,
    read: (inputs, _, __, problems) => readKeys(inputs, problems),
  },
  'token-file': {
    available: (inputs) => inputs['web-identity-token-file'].trim() !== '',
    ignoresAudience: 'the token of web-identity-token-file has its own',
    readsProfile: false,
    read: (inputs, _, facts, problems) =>
      readTokenFile(inputs['web-identity-token-file'].trim(), facts, problems),
  },
  oidc: {
    available: (_, { idToken }) => idToken,
    ignoresAudience: undefined,
    readsProfile: false,
    read: (_, audience, { idToken }, problems) => {
      if (!idToken) {
        const rule = 'it lacks the permission "id-token: write"';
        problems.say(
          'credential-source',
          `is oidc, but this job may not request GitHub's OIDC token: ${rule}`,
          'id-token',
        );
      }
      if (/[^\x21-\x7e]/.test(audience))
        problems.add('audience', audience, 'contains white space or other characters that no audience has');
      return { kind: 'oidc', audience };
    },
  },
  ambient: {
    available: () => true,
    ignoresAudience: 'the base credentials are not a token',
    readsProfile: true,
    read: (_, __, { origin }, problems) => {
      checkPairs(origin, problems);
      return { kind: 'ambient', origin: withoutOtherHosts(origin) };
    },
  },
};

/** Variables that the SDK uses together. */
const pairs = [
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'],
] as const;

/**
 * Of half a pair the SDK for JavaScript says nothing: it would look for another identity of the runner's. The AWS CLI
 * and boto3 refuse it. If a profile is named, the SDK reads neither. A role alone may be the user's own variable.
 */
function checkPairs(origin: SourceFacts['origin'], problems: Problems): void {
  if (origin['AWS_PROFILE']) return;
  const [keyId = '', secret = ''] = [origin['AWS_ACCESS_KEY_ID'], origin['AWS_SECRET_ACCESS_KEY']];
  if (origin['AWS_SESSION_TOKEN'] && keyId + secret === '') {
    const rule =
      'set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN for this step, or none of them. A secret that does not exist is empty';
    problems.say('AWS_ACCESS_KEY_ID', `is empty or not set, but AWS_SESSION_TOKEN is set: ${rule}`);
  }
  for (const [first, second] of pairs) {
    if (origin[first] && origin[second]) return;
    const [set, missing] = origin[first] ? [first, second] : [second, first];
    if (!origin[set] || set === 'AWS_ROLE_ARN') continue;
    problems.say(
      missing,
      `is empty or not set, but ${set} is set: set both for this step, or neither. A secret that does not exist is empty`,
    );
  }
}

/** The SDK's own requests go where those of this action may go. */
const withoutOtherHosts = (origin: SourceFacts['origin']): SourceFacts['origin'] =>
  Object.fromEntries(
    Object.entries(origin).filter(([name, url]) => !name.startsWith('AWS_ENDPOINT_URL') || isTrusted(url)),
  );

/** Every kind, in that order. */
export const sourceKinds = Object.keys(sourceReaders) as [SourceKind, ...SourceKind[]];

function readKeys(inputs: Inputs, problems: Problems): BaseOf<'access-key'> {
  const accessKeyId = inputs['access-key-id'].trim();
  const secretAccessKey = inputs['secret-access-key'].trim();
  const sessionToken = inputs['session-token'].trim();
  const both = 'credential-source access-key needs access-key-id and secret-access-key';
  if (accessKeyId === '') problems.say('access-key-id', `is missing: ${both}`);
  if (secretAccessKey === '') problems.say('secret-access-key', `is missing: ${both}`);
  const wrong = accessKeyId === '' ? undefined : breach(accessKeyId, accessKeyIdRule);
  if (wrong)
    problems.say('access-key-id', `${wrong}; its value is not shown, because it may be another secret`);
  for (const [name, value] of [
    ['secret-access-key', secretAccessKey],
    ['session-token', sessionToken],
  ] as const) {
    if (/^A[KS]IA[A-Z0-9]{16}$/.test(value))
      problems.say(
        name,
        `is the id of an access key: give ${name} what belongs there, and the id to access-key-id`,
      );
    else if (/[^\x21-\x7e]/.test(value))
      problems.say(name, 'contains white space or other characters that are not part of an AWS key');
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

function readTokenFile(given: string, facts: SourceFacts, problems: Problems): BaseOf<'token-file'> {
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
        `cannot be read: ${why} (relative paths start at the workspace)`,
      );
  }
  return { kind: 'token-file', path };
}
