import type { Connections } from './connections.ts';
import type { Credentials } from './session.ts';

/**
 * What the SDK's default chain finds: environment, profile, container, instance.
 * @param origin the AWS_ variables to find it by: the chain reads the process's own, so they are laid there meanwhile
 * @param connections for the requests to STS that the chain itself may make, so that they take the proxy too
 * @throws the SDK's CredentialsProviderError and its kin
 */
export async function ambientCredentials(
  origin: Readonly<Record<string, string>>,
  region: string,
  connections: Connections,
): Promise<Credentials> {
  // Taken apart where they are imported: the bundler then leaves out what is not named.
  const { STSClient } = await import('@aws-sdk/client-sts');
  const { NodeHttpHandler } = await import('@smithy/node-http-handler');
  const requestHandler = new NodeHttpHandler(await connections.agents());
  const own = awsVariables(process.env);
  replaceAwsVariables(origin);
  try {
    // Its warnings would go to the log unmasked.
    const client = new STSClient({ region, logger: silent, requestHandler });
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  } finally {
    replaceAwsVariables(own);
  }
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
