import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { quoted } from '../text/quote.ts';
import type { Connections } from '../sts/connections.ts';
import type { Credentials } from '../aws/session.ts';
import { readAnswer } from '../sts/classify.ts';
import { describeAnswer, NoBaseCredentials } from '../sts/errors.ts';
import { interruptible } from '../sts/retry.ts';
import { endlessness } from './readable-file.ts';
import {
  noAdvice,
  sourceOfKeys,
  type BaseOf,
  type Source,
  type SourceAdvice,
  type SourceDependencies,
} from './source.ts';

/** What the AWS SDK finds on the runner: environment, profile, container, instance. */
export const ambient: Source<'ambient'> = {
  name: "the runner's own credentials",
  missing: '',
  label: "the runner's<br/>credentials",
  open: (base, dependencies) => sourceOfKeys('ambient', () => find(base, dependencies)),
  secrets: ({ origin }) =>
    Object.entries(origin).flatMap(([name, value]) => (secretVariables.includes(name) ? [value] : [])),
  advice: ({ origin }) => ({
    ...noAdvice,
    caller: "the runner's own credentials",
    ...adviceOnKeys(origin),
    unknownKey:
      origin['AWS_ACCESS_KEY_ID']?.startsWith('AKIA') && origin['AWS_SESSION_TOKEN'] ? [strayToken] : [],
    expiredKeys: [
      'keys that an earlier step exported do not renew themselves: let that step write a profile, or use the action again after it',
    ],
    expiredToken: '',
    nothingFound: profileInTheWay(origin),
    mentionsIdToken: true,
  }),
};

/** The SDK prefers keys in the environment, unless a profile is named. */
const adviceOnKeys = (
  origin: BaseOf<'ambient'>['origin'],
): Pick<SourceAdvice, 'keys' | 'session' | 'wrongSecret'> =>
  origin['AWS_ACCESS_KEY_ID'] && !origin['AWS_PROFILE']
    ? {
        keys: 'AWS_ACCESS_KEY_ID of the environment',
        session: 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the environment',
        wrongSecret: {
          advice: 'AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID: correct both variables.',
          steps: ['who sets them: the env of the workflow, an earlier step, or the runner?'],
        },
      }
    : {
        keys: 'the base credentials (ambient)',
        session: 'the base credentials (ambient)',
        wrongSecret: noAdvice.wrongSecret,
      };

const secretVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
];

const strayToken =
  "the session token: AWS_SESSION_TOKEN is set, and an IAM user's key (AKIA…) has none. An earlier step set it: set it to an empty string for this step, or give the keys as inputs";

function profileInTheWay(origin: BaseOf<'ambient'>['origin']): string[] {
  const { AWS_PROFILE: profile, AWS_DEFAULT_PROFILE: other } = origin;
  if (profile)
    return [
      `AWS_PROFILE is ${quoted(profile)}, and the AWS config files have no such profile, or no credentials in it: correct or unset AWS_PROFILE.`,
      'if AWS_PROFILE is set, the AWS SDK for JavaScript reads only that profile, and no keys in the environment',
    ];
  return other
    ? [
        `AWS_DEFAULT_PROFILE is ${quoted(other)}, but the AWS SDK for JavaScript reads only AWS_PROFILE: set AWS_PROFILE to a profile that exists.`,
      ]
    : [];
}

async function find(
  { origin }: BaseOf<'ambient'>,
  { ambient: look, retryOptions, secret }: SourceDependencies,
): Promise<Credentials> {
  try {
    const what = 'the base credentials (ambient)';
    const credentials = await interruptible(what, retryOptions.signal, () => look(origin));
    for (const value of [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId]) {
      if (value) secret(value);
    }
    return credentials;
  } catch (error) {
    if (retryOptions.signal.aborted) throw error;
    const reason = describeAnswer(readAnswer(error));
    const text = `ambient: the AWS SDK found no credentials here: ${reason}`;
    throw new NoBaseCredentials('nothing-found', text, error);
  }
}

/**
 * What the SDK's default chain finds: environment, profile, container, instance.
 * @param origin the AWS_ variables to find it by: the chain reads the process's own, so they are laid there meanwhile
 * @param connections for the requests to STS that the chain itself may make, so that they take the proxy too
 * @throws the SDK's CredentialsProviderError and its kin; where nothing was found, with what each place said
 */
export async function ambientCredentials(
  origin: Readonly<Record<string, string>>,
  region: string,
  connections: Connections,
): Promise<Credentials> {
  const fault = endlessFile(origin);
  if (fault !== undefined) throw Object.assign(new Error(fault), { name: 'CredentialsProviderError' });
  // Taken apart where it is imported: the bundler then leaves out what is not named.
  const { STSClient } = await import(/* webpackChunkName: 'ambient' */ '@aws-sdk/client-sts');
  const { NodeHttpHandler } = await import(/* webpackChunkName: 'ambient' */ '@smithy/node-http-handler');
  const requestHandler = new NodeHttpHandler(connections.agents());
  const reasons: string[] = [];
  const own = awsVariables(process.env);
  replaceAwsVariables(origin);
  try {
    // Its warnings would go to the log unmasked.
    const logger = { ...silent, debug: (line: unknown) => reasons.push(...reasonIn(line)) };
    const client = new STSClient({ region, logger, requestHandler });
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  } catch (error) {
    if (error instanceof Error && reasons.length > 0) error.message += ` (${reasons.join('; ')})`;
    throw error;
  } finally {
    replaceAwsVariables(own);
  }
}

/** What the SDK would read for minutes, or until the time limit: its own reader has no limit. */
function endlessFile(origin: Readonly<Record<string, string>>): string | undefined {
  const place = (variable: string, name: string): string => {
    const given = origin[variable] ?? '';
    return given === '' ? join(homedir(), '.aws', name) : given;
  };
  const paths = [
    place('AWS_CONFIG_FILE', 'config'),
    place('AWS_SHARED_CREDENTIALS_FILE', 'credentials'),
    origin['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '',
  ];
  const faults = paths.filter(existsSync).map((path) => [path, endlessness(path)] as const);
  const [path, fault] = faults.find(([, one]) => one !== undefined) ?? [];
  return path && `${path} cannot be read, because ${fault}`;
}

/**
 * What a place says that has no credentials, where it is worth a word: the chain forgets all but the last. A program's
 * failure has its command line in it, which is the user's own and not for a log.
 */
function reasonIn(line: unknown): string[] {
  const [, reason = ''] = /^@smithy\/property-provider -> (.*)/.exec(String(line)) ?? [];
  if (reason.startsWith('Command failed')) return ["the profile's credential_process failed"];
  const worth =
    /profile: \[|^Profile \S+ (requires|was not|could not|is not|credential_process|returned)|SSO session|instance metadata/i;
  return worth.test(reason) ? [reason.replace(/\.$/, '')] : [];
}

/** The variables of an environment that are AWS's. */
export function awsVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith('AWS_') && value !== undefined ? [[name, value]] : [],
    ),
  );
}

function replaceAwsVariables(by: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(awsVariables(process.env))) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, by);
}

const nothing = (): void => undefined;
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
