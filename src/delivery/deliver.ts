import { existsSync } from 'node:fs';
import {
  credentialChanges,
  environmentWarnings,
  exportAll,
  keysFingerprint,
  profileChanges,
  regionChanges,
  staleChanges,
  type Change,
} from './environment.ts';
import { addPath } from '../github/commands.ts';
import { previousValues } from './restore.ts';
import { allOrNothing } from '../github/files.ts';
import { say, warn } from '../github/log.ts';
import { factsOf, setOutputs, type Outputs, type SessionFacts } from './outputs.ts';
import { secret } from '../github/secrets.ts';
import { saveDelivered } from './state.ts';
import { identityOf } from '../aws/plan.ts';
import { recordExported } from '../profiles/exported-sessions.ts';
import { destroyStepFolder } from '../profiles/destroy.ts';
import { makeStepFolder, stepFolder, type StepIdentity } from '../profiles/folder.ts';
import type { NewProfile } from '../profiles/write-profiles.ts';
import { fingerprint } from '../profiles/encrypt.ts';
import { encryptSecrets } from './secrets.ts';
import type { Delivery } from '../request/delivery.ts';
import type { Request } from '../request/request.ts';
import { ActionError } from '../text/action-error.ts';
import type { Credentials, RoleSession } from '../aws/session.ts';

/** Delivery: what the job gets, all of it or nothing, and only after every check. */

/** Where a session is delivered to, and as what. */
export interface DeliveryContext {
  readonly request: Request;
  readonly environment: NodeJS.ProcessEnv;
  /** The runner's temporary folder. */
  readonly temp: string;
  readonly identity: StepIdentity;
}

type DeliveryOf<Kind> = Extract<Delivery, { readonly kind: Kind }>;

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
export async function deliver(session: RoleSession, context: DeliveryContext): Promise<void> {
  const { step, delivery } = context.request;
  const { accountId } = session;
  if (step.allowedAccountIds && !step.allowedAccountIds.includes(accountId)) {
    const text = `${session.assumedRoleArn} is in account ${accountId}, which is not one of allowed-account-ids`;
    throw new ActionError('account-not-allowed', text);
  }
  switch (delivery.kind) {
    case 'keys':
      await deliverKeys(session, delivery, context);
      return;
    case 'profile':
      await put(context, profileGoods(session, delivery, context));
      say(`Profile ${delivery.name} renews its own credentials; later steps use it by AWS_PROFILE.`);
      return;
    case 'accounts':
      throw new TypeError('accounts have a delivery of their own');
  }
}

async function deliverKeys(
  session: RoleSession,
  { exportEnv, outputCredentials, region }: DeliveryOf<'keys'>,
  context: DeliveryContext,
): Promise<void> {
  const { environment, request } = context;
  const { credentials, accountId } = session;
  const facts = factsOf(session, request.base.kind);
  const outputs = {
    source: facts.credentialSource,
    facts,
    credentials: outputCredentials ? credentials : undefined,
  };
  const keys = exportEnv ? credentialChanges(credentials, accountId, environment) : [];
  const changes = [...keys, ...regionChanges(region)];
  await put(context, { outputs, changes, exported: exportEnv ? facts : undefined });
  if (!exportEnv) return;
  for (const warning of environmentWarnings(environment, changes)) warn(warning);
  if (environment['RUNNER_OS'] === 'Windows' && credentials.secretAccessKey.startsWith('/')) {
    warn(
      'The secret key begins with a slash, however often it was asked for: Git Bash on Windows may change it.',
    );
  }
}

function profileGoods(
  session: RoleSession,
  { name, outputCredentials, region }: DeliveryOf<'profile'>,
  { request, environment }: DeliveryContext,
): Goods {
  const facts = factsOf(session, request.base.kind);
  const credentials = outputCredentials ? session.credentials : undefined;
  return {
    outputs: { source: facts.credentialSource, facts, credentials, profile: name },
    changes: [...profileChanges(name, environment), ...regionChanges(region)],
    profiles: [{ name, plan: request.targets[0].plan, session }],
  };
}

/** Outputs what an earlier step exported; of the environment only the region, and what is stale, may change. */
export async function deliverKept(
  facts: SessionFacts,
  credentials: Credentials,
  context: DeliveryContext,
): Promise<void> {
  const { environment } = context;
  const { delivery } = context.request;
  if (delivery.kind !== 'keys') throw new TypeError('only keys are used again');
  for (const value of Object.values(credentials) as string[]) secret(value);
  const outputs = {
    source: facts.credentialSource,
    facts,
    credentials: delivery.outputCredentials ? credentials : undefined,
  };
  const stale = staleChanges(facts.accountId, environment);
  const changes = [...stale, ...regionChanges(delivery.region)];
  await put(context, { outputs, changes });
  for (const warning of environmentWarnings(environment, changes)) warn(warning);
}

/**
 * Gives all of it, or nothing.
 * @throws Error when a file cannot be written: what was written before is taken back
 */
export async function put(context: DeliveryContext, goods: Goods): Promise<void> {
  const { environment, temp, request, identity } = context;
  // Profile code is loaded only where there are profiles.
  const write =
    goods.profiles &&
    (await import(/* webpackChunkName: 'profiles' */ '../profiles/write-profiles.ts')).writeProfiles;
  let changes = goods.changes;
  const takesPath = existsSync(environment['GITHUB_PATH'] ?? '');
  try {
    allOrNothing(environment, () => {
      if (changes.length === 0 && !goods.profiles) {
        setOutputs(goods.outputs);
        return;
      }
      const folder = makeStepFolder(temp, identity);
      const written = write?.(goods.profiles ?? [], {
        ...{ folder, temp, environment, limits: request.step.limits },
        fromList: request.delivery.kind === 'accounts',
      });
      if (written) changes = [{ name: 'AWS_CONFIG_FILE', value: written.configPath }, ...changes];
      setOutputs({ ...goods.outputs, ...(written ? { configFile: written.configPath } : {}) });
      saveForPost(context, { ...goods, changes }, folder, written?.fingerprint);
      exportAll(changes);
      if (written && takesPath) addPath(written.commandFolder);
    });
  } catch (error) {
    destroyStepFolder(temp, stepFolder(temp, identity.id));
    throw error;
  }
  const exported = changes.filter(({ value }) => value !== '').map(({ name }) => name);
  if (exported.length > 0) say(`Exported ${exported.join(', ')}.`);
  if (goods.profiles && !takesPath)
    say('GITHUB_PATH does not name a file: later steps do not have the command assume-role-chain.');
}

/** Everything that the post step needs. */
function saveForPost(
  { request, environment }: DeliveryContext,
  { changes, exported: facts }: Goods,
  folder: string,
  profiles: string | undefined,
): void {
  const { changed, secrets } = previousValues(changes, environment);
  for (const value of Object.values(secrets)) secret(value);
  const box = encryptSecrets(secrets, folder);
  const keys = facts && keysFingerprint(Object.fromEntries(changes.map(({ name, value }) => [name, value])));
  if (facts && keys)
    recordExported(folder, { ...facts, keys, plan: fingerprint(identityOf(request.targets[0].plan)) });
  saveDelivered({
    ...(facts && keys ? { exported: { arn: facts.assumedRoleArn, expiration: facts.expiration, keys } } : {}),
    verify: request.step.verifyIdentity,
    sts: request.sts,
    limits: request.step.limits,
    changed,
    ...(box === undefined ? {} : { box }),
    ...(profiles === undefined ? {} : { profiles }),
  });
}
