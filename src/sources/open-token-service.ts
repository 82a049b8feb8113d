import { Connections, untilSent } from '../sts/connections.ts';
import { hasProxy } from '../sts/proxy.ts';
import { mayAskForIdToken } from './id-token.ts';

/**
 * Opens a connection to GitHub's token service where the step will most likely ask it for a token: TCP and TLS, and nothing
 * is sent. The inputs are not checked yet: the code for that takes 25 milliseconds to load. A guess that is wrong costs a
 * connection that is not used.
 * @returns undefined where nothing was opened; what is wrong is reported when the connections are made for the request
 */
export async function openTokenService(environment: NodeJS.ProcessEnv): Promise<Connections | undefined> {
  if (!mayAskForIdToken(environment) || hasProxy(environment) || !seemsToStartFromToken(environment))
    return undefined;
  try {
    const connections = new Connections(environment);
    const url = new URL(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
    await untilSent(connections.open(url, { method: 'GET' }));
    return connections;
  } catch {
    return undefined;
  }
}

/** Whether the inputs neither name other base credentials nor let the step reuse those of an earlier one. */
function seemsToStartFromToken(environment: NodeJS.ProcessEnv): boolean {
  const has = (input: string, usual: string): boolean =>
    ['', usual].includes(environment[`INPUT_${input}`]?.trim() ?? '');
  return (
    ['auto', 'oidc'].some((source) => has('CREDENTIAL-SOURCE', source)) &&
    ['ACCESS-KEY-ID', 'WEB-IDENTITY-TOKEN-FILE'].every((input) => has(input, 'none')) &&
    has('MIN-REMAINING-SECONDS', '0')
  );
}
