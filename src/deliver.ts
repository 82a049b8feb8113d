import { randomUUID } from 'node:crypto';
import { isoTime } from './clock.ts';
import {
  credentialChanges,
  environmentWarnings,
  exportAll,
  keysFingerprint,
  regionChanges,
  remember,
  type Change,
} from './github/environment.ts';
import { allOrNothing } from './github/files.ts';
import { say, warn } from './github/log.ts';
import { setOutputs, type SessionFacts } from './github/outputs.ts';
import { secret } from './github/secrets.ts';
import { saveDelivered } from './github/state.ts';
import { identityOf } from './plan.ts';
import { recordExported } from './profiles/exported.ts';
import { removePrivate, writePrivate } from './profiles/folder.ts';
import { fingerprint, seal } from './profiles/seal.ts';
import type { Request } from './request/request.ts';
import { AnswerMismatch } from './sts/failure.ts';
import type { Credentials, RoleSession } from './sts/session.ts';

/** Delivery: what the job gets, all of it or nothing, and only after every check. */

/** Where a session is delivered to, and as what. */
export interface Delivery {
  readonly request: Request;
  readonly environment: NodeJS.ProcessEnv;
  /** The runner's temporary folder. */
  readonly temp: string;
}

/**
 * Exports and outputs a session.
 * @throws AnswerMismatch when its account is not an allowed one; Error when a file cannot be written
 */
export function deliver(session: RoleSession, delivery: Delivery): void {
  const { request, environment } = delivery;
  const { credentials, accountId } = session;
  if (request.allowedAccounts && !request.allowedAccounts.includes(accountId)) {
    const attempt = { operation: 'AssumeRole', roleArn: session.assumedRoleArn } as const;
    throw new AnswerMismatch(attempt, `account ${accountId} is none of allowed-account-ids`);
  }
  const keys = request.exportEnv ? credentialChanges(credentials, accountId, environment) : [];
  const changes = [...keys, ...regionChanges(request.exportRegion)];
  put(delivery, factsOf(session, request), credentials, changes);
  if (!request.exportEnv) return;
  for (const warning of environmentWarnings(environment, changes)) warn(warning);
  if (environment['RUNNER_OS'] === 'Windows' && credentials.secretAccessKey.startsWith('/')) {
    warn(
      'The secret key begins with a slash, however often it was asked for: Git Bash on Windows may change it.',
    );
  }
}

/** Outputs what an earlier step exported; of the environment only the region may change. */
export function deliverKept(facts: SessionFacts, credentials: Credentials, delivery: Delivery): void {
  for (const value of Object.values(credentials) as string[]) secret(value);
  put(delivery, facts, credentials, regionChanges(delivery.request.exportRegion));
}

function factsOf(session: RoleSession, request: Request): SessionFacts {
  const { accountId, assumedRoleArn, assumedRoleId, sessionName, expiration } = session;
  const credentialSource = request.plan.base.kind;
  return {
    accountId,
    assumedRoleArn,
    assumedRoleId,
    sessionName,
    expiration: isoTime(expiration),
    credentialSource,
  };
}

function put(
  delivery: Delivery,
  facts: SessionFacts,
  credentials: Credentials,
  changes: readonly Change[],
): void {
  const { request, environment, temp } = delivery;
  const files: string[] = [];
  try {
    allOrNothing(environment, () => {
      setOutputs(facts, request.outputCredentials ? credentials : undefined);
      if (changes.length === 0) return;
      saveForPost(delivery, facts, changes, files);
      exportAll(changes);
    });
  } catch (error) {
    removePrivate(temp, files);
    throw error;
  }
  const exported = changes.filter(({ value }) => value !== '').map(({ name }) => name);
  if (exported.length > 0) say(`Exported ${exported.join(', ')}.`);
}

/** Everything that the post step needs; `files` grows by each private file, so that a failure can remove it. */
function saveForPost(
  { request, environment, temp }: Delivery,
  facts: SessionFacts,
  changes: readonly Change[],
  files: string[],
): void {
  const id = randomUUID();
  const { changed, secrets } = remember(changes, environment);
  for (const value of Object.values(secrets)) secret(value);
  const sealed = Object.keys(secrets).length > 0 ? seal(JSON.stringify(secrets)) : undefined;
  if (sealed) files.push(writePrivate(temp, `key-${id}`, sealed.key));
  const keys = keysFingerprint(Object.fromEntries(changes.map(({ name, value }) => [name, value])));
  if (keys)
    files.push(recordExported(temp, id, { ...facts, keys, plan: fingerprint(identityOf(request.plan)) }));
  saveDelivered({
    ...(keys ? { exported: { arn: facts.assumedRoleArn, expiration: facts.expiration, keys } } : {}),
    verify: request.verifyIdentity,
    sts: request.plan.sts,
    limits: request.limits,
    changed,
    ...(sealed ? { box: sealed.box, keyPath: files[0] ?? '' } : {}),
    files,
  });
}
