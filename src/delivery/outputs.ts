import { setOutput } from '../github/commands.ts';
import { isoTime } from '../text/time.ts';
import type { Credentials, RoleSession } from '../aws/session.ts';

/** The step's outputs. A test compares their names with action.yml. */

/** The facts of a session that are not secret. */
export interface SessionFacts {
  readonly accountId: string;
  readonly assumedRoleArn: string;
  readonly assumedRoleId: string;
  readonly sessionName: string;
  /** ISO 8601, UTC. */
  readonly expiration: string;
  readonly credentialSource: string;
}

/** The facts of a session. */
export function factsOf(session: RoleSession, credentialSource: string): SessionFacts {
  const { accountId, assumedRoleArn, assumedRoleId, sessionName, expiration } = session;
  return {
    accountId,
    assumedRoleArn,
    assumedRoleId,
    sessionName,
    expiration: isoTime(expiration),
    credentialSource,
  };
}

/** Everything that is set: of one session, or of many accounts. */
export interface Outputs {
  /** Where the first credentials came from. */
  readonly source: string;
  readonly facts?: SessionFacts;
  /** Undefined unless `output-credentials` asks for them. */
  readonly credentials?: Credentials | undefined;
  readonly profile?: string;
  readonly accounts?: readonly object[];
  readonly configFile?: string;
}

export function setOutputs({ source, facts, credentials, profile, accounts, configFile }: Outputs): void {
  setOutput('credential-source', source);
  if (facts) {
    setOutput('account-id', facts.accountId);
    setOutput('assumed-role-arn', facts.assumedRoleArn);
    setOutput('assumed-role-id', facts.assumedRoleId);
    setOutput('session-name', facts.sessionName);
    setOutput('expiration', facts.expiration);
  }
  if (profile !== undefined) setOutput('profile', profile);
  if (accounts !== undefined) setOutput('accounts', JSON.stringify(accounts));
  if (configFile !== undefined) setOutput('config-file', configFile);
  if (!credentials) return;
  setOutput('access-key-id', credentials.accessKeyId);
  setOutput('secret-access-key', credentials.secretAccessKey);
  setOutput('session-token', credentials.sessionToken ?? '');
}
