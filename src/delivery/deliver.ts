import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isoTime } from '../text/time.ts';
import {
  credentialChanges,
  environmentWarnings,
  exportAll,
  keysFingerprint,
  profileChanges,
  regionChanges,
  remember,
  staleChanges,
  type Change,
} from './environment.ts';
import { allOrNothing } from '../github/files.ts';
import { say, warn } from '../github/log.ts';
import { setOutputs, type Outputs, type SessionFacts } from './outputs.ts';
import { secret } from '../github/secrets.ts';
import { saveDelivered } from './state.ts';
import { identityOf } from '../aws/plan.ts';
import { recordExported } from '../profiles/exported-sessions.ts';
import { makeStepFolder, privateFolder, removeStepFolder, writePrivate } from '../profiles/folder.ts';
import type { NewProfile } from '../profiles/write-profiles.ts';
import { fingerprint, seal } from '../profiles/encrypt.ts';
import type { Request } from '../request/request.ts';
import { ActionError } from '../text/action-error.ts';
import type { Credentials, RoleSession } from '../aws/session.ts';

/** Delivery: what the job gets, all of it or nothing, and only after every check. */

/** Where a session is delivered to, and as what. */
export interface Delivery {
  readonly request: Request;
  readonly environment: NodeJS.ProcessEnv;
  /** The runner's temporary folder. */
  readonly temp: string;
}

/** Everything that one step gives the job. */
export interface Goods {
  readonly outputs: Outputs;
  readonly changes: readonly Change[];
  /** What is to be kept for a later step that asks for the same. */
  readonly exported?: SessionFacts | undefined;
  readonly profiles?: readonly NewProfile[];
}

/**
 * Exports and outputs a session, by its keys or by a profile.
 * @throws ActionError account-not-allowed; Error when a file cannot be written
 */
export async function deliver(session: RoleSession, delivery: Delivery): Promise<void> {
  const { request, environment } = delivery;
  const { credentials, accountId } = session;
  if (request.allowedAccounts && !request.allowedAccounts.includes(accountId)) {
    const text = `${session.assumedRoleArn} is in account ${accountId}, which is not one of allowed-account-ids`;
    throw new ActionError('account-not-allowed', text);
  }
  const facts = factsOf(session, request);
  const outputs = {
    source: facts.credentialSource,
    facts,
    credentials: request.outputCredentials ? credentials : undefined,
  };
  if (request.profile !== undefined) {
    await put(delivery, profileGoods(request.profile, session, delivery, outputs));
    say(`Profile ${request.profile} renews its own credentials; later steps use it by AWS_PROFILE.`);
    return;
  }
  const keys = request.exportEnv ? credentialChanges(credentials, accountId, environment) : [];
  const changes = [...keys, ...regionChanges(request.exportRegion)];
  await put(delivery, { outputs, changes, exported: request.exportEnv ? facts : undefined });
  if (!request.exportEnv) return;
  for (const warning of environmentWarnings(environment, changes)) warn(warning);
  if (environment['RUNNER_OS'] === 'Windows' && credentials.secretAccessKey.startsWith('/')) {
    warn(
      'The secret key begins with a slash, however often it was asked for: Git Bash on Windows may change it.',
    );
  }
}

function profileGoods(
  name: string,
  session: RoleSession,
  { request, environment }: Delivery,
  outputs: Outputs,
): Goods {
  const changes = [...profileChanges(name, environment), ...regionChanges(request.exportRegion)];
  return {
    outputs: { ...outputs, profile: name },
    changes,
    profiles: [{ name, plan: request.plan, session }],
  };
}

/** Outputs what an earlier step exported; of the environment only the region, and what is stale, may change. */
export async function deliverKept(
  facts: SessionFacts,
  credentials: Credentials,
  delivery: Delivery,
): Promise<void> {
  const { request, environment } = delivery;
  for (const value of Object.values(credentials) as string[]) secret(value);
  const outputs = {
    source: facts.credentialSource,
    facts,
    credentials: request.outputCredentials ? credentials : undefined,
  };
  const stale = staleChanges(facts.accountId, environment);
  const changes = [...stale, ...regionChanges(request.exportRegion)];
  await put(delivery, { outputs, changes });
  for (const warning of environmentWarnings(environment, changes)) warn(warning);
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

/**
 * Gives all of it, or nothing.
 * @throws Error when a file cannot be written: what was written before is taken back
 */
export async function put(delivery: Delivery, goods: Goods): Promise<void> {
  const { environment, temp, request } = delivery;
  // Profile code is loaded only where there are profiles.
  const write =
    goods.profiles &&
    (await import(/* webpackChunkName: 'profiles' */ '../profiles/write-profiles.ts')).writeProfiles;
  const id = randomUUID();
  let changes = goods.changes;
  try {
    allOrNothing(environment, () => {
      if (changes.length === 0 && !goods.profiles) {
        setOutputs(goods.outputs);
        return;
      }
      const folder = makeStepFolder(temp, id);
      const written = write?.(goods.profiles ?? [], { folder, temp, limits: request.limits, environment });
      if (written) changes = [{ name: 'AWS_CONFIG_FILE', value: written.configPath }, ...changes];
      setOutputs({ ...goods.outputs, ...(written ? { configFile: written.configPath } : {}) });
      saveForPost(delivery, { ...goods, changes }, folder, written?.fingerprint);
      exportAll(changes);
    });
  } catch (error) {
    removeStepFolder(temp, join(privateFolder(temp), id));
    throw error;
  }
  const exported = changes.filter(({ value }) => value !== '').map(({ name }) => name);
  if (exported.length > 0) say(`Exported ${exported.join(', ')}.`);
}

/** Everything that the post step needs. */
function saveForPost(
  { request, environment }: Delivery,
  { changes, exported: facts }: Goods,
  folder: string,
  profiles: string | undefined,
): void {
  const { changed, secrets } = remember(changes, environment);
  for (const value of Object.values(secrets)) secret(value);
  const sealed = Object.keys(secrets).length > 0 ? seal(JSON.stringify(secrets)) : undefined;
  const keyPath = sealed && writePrivate(folder, 'key', sealed.key);
  const keys = facts && keysFingerprint(Object.fromEntries(changes.map(({ name, value }) => [name, value])));
  if (facts && keys) recordExported(folder, { ...facts, keys, plan: fingerprint(identityOf(request.plan)) });
  saveDelivered({
    ...(facts && keys ? { exported: { arn: facts.assumedRoleArn, expiration: facts.expiration, keys } } : {}),
    verify: request.verifyIdentity,
    sts: request.plan.sts,
    limits: request.limits,
    changed,
    ...(sealed && keyPath ? { box: sealed.box, keyPath } : {}),
    ...(profiles ? { profiles } : {}),
    folder,
  });
}
