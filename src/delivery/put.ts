import { statSync } from 'node:fs';
import { identityOf } from '../aws/plan-identity.ts';
import { addPath } from '../github/commands.ts';
import { allOrNothing } from '../github/files.ts';
import { say, warn } from '../github/log.ts';
import { secret } from '../github/masks.ts';
import { destroyStepFolder } from '../profiles/destroy.ts';
import { fingerprint } from '../profiles/encrypt.ts';
import { recordExported } from '../profiles/exported-sessions.ts';
import { makeStepFolder, stepFolder, type StepIdentity } from '../profiles/folder.ts';
import { recordHidden } from '../profiles/hidden.ts';
import { keyVariableOf } from '../profiles/plan-key.ts';
import type { PreparedProfiles } from '../profiles/plan-files.ts';
import { removeStaleFolders } from '../profiles/stale-folders.ts';
import type { NewProfile, WrittenProfiles } from '../profiles/write-profiles.ts';
import type { Request } from '../request/request.ts';
import { stopReasonOf } from '../sts/deadline.ts';
import { Interrupted } from '../sts/errors.ts';
import { isInstanceRole } from '../sources/instance-role.ts';
import { exportAll, fileChanges } from './environment.ts';
import { setOutputs, type Outputs, type SessionFacts } from './outputs.ts';
import { previousValues } from './restore.ts';
import { encryptSecrets } from './previous-secrets.ts';
import { outranking, secretVariables } from './secret-variables.ts';
import { saveDelivered, saveExported } from './state.ts';
import type { DeliveryKind } from './variable-rules.ts';
import { variableWarnings, type Change } from './variables.ts';

/** Where a step delivers to, and as what. */
export interface DeliveryContext {
  readonly request: Request;
  readonly environment: NodeJS.ProcessEnv;
  /** The runner's temporary folder. */
  readonly temp: string;
  readonly identity: StepIdentity;
  /** What was begun while STS was asked: see `besidePreparing`. */
  readonly prepared?: Promise<PreparedProfiles>;
  /** What stops the step: nothing is delivered after that. Absent where no request was begun. */
  readonly stop?: AbortSignal;
}

/** Everything that one step gives the job. */
export interface Deliverable {
  readonly outputs: Outputs;
  readonly changes: readonly Change[];
  /** The session of the exported keys: the post step verifies it, and a later step may reuse it. */
  readonly exported?: { readonly facts: SessionFacts; readonly keys: string } | undefined;
  readonly profiles?: { readonly list: readonly NewProfile[]; readonly prepared: PreparedProfiles };
}

/**
 * Gives all of it, or nothing.
 * @throws Interrupted where the step was stopped before; Error when a file cannot be written: what was written before is
 *   taken back
 */
export async function put(context: DeliveryContext, deliverable: Deliverable): Promise<void> {
  const { environment, temp, identity, request, stop } = context;
  const { kind } = request.delivery;
  const write = deliverable.profiles && (await profileWriter(context, deliverable.profiles));
  const { folder: made } = deliverable.profiles?.prepared ?? {};
  let { changes } = deliverable;
  let warnings: readonly string[] = [];
  const hasPath = statSync(environment['GITHUB_PATH'] ?? '', { throwIfNoEntry: false })?.isFile() === true;
  try {
    checkStop(stop);
    allOrNothing(environment, () => {
      if (changes.length === 0 && !write && !deliverable.exported) {
        setOutputs(deliverable.outputs);
        return;
      }
      const folder = made ?? makeStepFolder(temp, identity);
      const written = write?.();
      changes = [...(written?.changes ?? []), ...changes];
      // Before the export, which changes this process's environment, too.
      if (written) warnings = [...written.warnings, ...variableWarnings(kind, environment, changes)];
      if (hides(changes, written)) recordHidden(folder, changes.filter(isNoSecret), environment);
      setOutputs({ ...deliverable.outputs, ...(written ? { configFile: written.configPath } : {}) });
      saveForPost(context, { ...deliverable, changes }, folder, written?.fingerprint);
      exportAll(changes);
      if (written && hasPath) addPath(written.commandFolder);
      saveExported();
    });
  } catch (error) {
    await destroyStepFolder(temp, stepFolder(temp, identity.id));
    throw error;
  }
  await tidyUp(context);
  const exported = changes.filter(({ value }) => value !== '').map(({ name }) => name);
  if (exported.length > 0) say(`Exported ${exported.join(', ')}.`);
  if (!write) return;
  for (const warning of warnings) warn(warning);
  if (!hasPath)
    say('GITHUB_PATH does not name a file: later steps do not have the command assume-role-chain.');
  if (kind === 'accounts') say(environment['AWS_EC2_METADATA_DISABLED'] === 'true' ? noFallback : fallback);
}

/** @throws Interrupted */
function checkStop(stop: AbortSignal | undefined): void {
  if (stop?.aborted) throw new Interrupted(stopReasonOf(stop), 'the export of the credentials');
}

/** Whether a later step of this action may need the previous values: this one makes variables empty. */
const hides = (changes: readonly Change[], written: object | undefined): boolean =>
  written !== undefined || changes.some(({ value }) => value === '');
const isNoSecret = ({ name }: Change): boolean => !secretVariables.has(name);

const noFallback =
  "AWS_EC2_METADATA_DISABLED is set: an AWS SDK that finds no profile does not use the runner's instance role.";
const fallback =
  "AWS_EC2_METADATA_DISABLED is not set, because this step starts from the runner's instance role: a tool that finds no profile uses that role.";

// minio-go does not read AWS_EC2_METADATA_DISABLED.
const notInMinio =
  'restic and other tools on minio-go cannot use a profile here: there is another credentials file, or a path needs quotes. ' +
  `On EC2 they use the runner's instance role instead. Run them with "assume-role-chain exec --profile NAME --".`;

/** Profile code is loaded only where there are profiles. @returns what writes them into the step's folder */
async function profileWriter(
  { environment, temp, identity, request }: DeliveryContext,
  { list, prepared: { folder, key } }: NonNullable<Deliverable['profiles']>,
): Promise<
  () => WrittenProfiles & { readonly changes: readonly Change[]; readonly warnings: readonly string[] }
> {
  const [{ writeProfiles }, { defaultWarnings, hasDefaultProfile, iniWarnings }] = await Promise.all([
    import(/* webpackChunkName: 'profiles' */ '../profiles/write-profiles.ts'),
    import(/* webpackChunkName: 'profiles' */ '../profiles/user-files.ts'),
  ]);
  const fromList = request.delivery.kind === 'accounts';
  // An account's process must not fall back to another identity; with the instance role as base its use was asked for.
  const instanceRole = fromList && isInstanceRole(request.base, () => hasDefaultProfile(environment, temp));
  return () => {
    const written = writeProfiles(list, { folder, temp, environment, fromList });
    if (!written.worksInMinio) say(notInMinio);
    const keyChange = key === undefined ? [] : [{ name: keyVariableOf(identity.id), value: key }];
    const changes = [...fileChanges(written, instanceRole), ...keyChange];
    const warnings = [...iniWarnings(environment), ...(fromList ? defaultWarnings(environment, temp) : [])];
    return { ...written, changes, warnings };
  };
}

/** What killed jobs left on this machine. The step has delivered, so nothing here may make it fail. */
async function tidyUp({ temp, identity }: DeliveryContext): Promise<void> {
  const own = stepFolder(temp, identity.id);
  const count = await removeStaleFolders(temp, own, Date.now()).catch(() => 0);
  if (count > 0)
    say(
      `Destroyed ${count} private ${count === 1 ? 'folder' : 'folders'} of jobs that ended without their post step.`,
    );
}

/** Variables that outrank the delivered credentials in some client. The step only warns of them. */
const leftBy: Readonly<Record<DeliveryKind, readonly string[]>> = {
  keys: ['AWS_PROFILE'],
  profile: [],
  accounts: outranking,
};

/** Everything that the post step needs. */
function saveForPost(
  { request, environment }: DeliveryContext,
  { changes, exported }: Deliverable,
  folder: string,
  profiles: string | undefined,
): void {
  const { changed, secrets } = previousValues(changes, environment);
  for (const value of Object.values(secrets)) secret(value);
  const box = encryptSecrets(secrets, folder);
  const left = leftBy[request.delivery.kind].filter((name) => environment[name]);
  if (exported) {
    const plan = fingerprint(identityOf(request.targets[0].plan));
    recordExported(folder, { ...exported.facts, keys: exported.keys, plan });
  }
  saveDelivered({
    ...(exported
      ? {
          exported: {
            arn: exported.facts.assumedRoleArn,
            expiration: exported.facts.expiration,
            keys: exported.keys,
          },
        }
      : {}),
    verify: request.step.verifyIdentity,
    sts: request.sts,
    limits: request.step.limits,
    jobSummary: request.step.jobSummary,
    changed,
    ...(box === undefined ? {} : { box }),
    ...(profiles === undefined ? {} : { profiles }),
    left: left.map((name) => ({ name, set: fingerprint(environment[name] ?? '') })),
  });
}
