import { exportAll, keysFingerprint } from './delivery/environment.ts';
import type { Change } from './delivery/variables.ts';
import { Findings } from './delivery/findings.ts';
import { unchangedVariables, restorations } from './delivery/restore.ts';
import { say, warn } from './github/log.ts';
import { stepName } from './github/workflow.ts';
import { secret } from './github/masks.ts';
import { readSavedStep, type Delivered, type SavedStep } from './delivery/state.ts';
import { destroyStepFolder } from './profiles/destroy.ts';
import { decryptSecrets } from './delivery/previous-secrets.ts';
import { deadlineAfter, type Deadline } from './sts/deadline.ts';

/** The post step: verify which identity the job's credentials belong to, then restore the environment. */
export async function post(environment: NodeJS.ProcessEnv): Promise<void> {
  let summarizes = true;
  let stop: Deadline | undefined;
  try {
    const temp = environment['RUNNER_TEMP'] ?? '';
    const saved = readSavedStep(temp);
    if (!saved) return;
    if (saved.delivered === 'unreadable') warn(unreadable);
    const delivered = saved.delivered === 'unreadable' ? undefined : saved.delivered;
    summarizes = delivered?.jobSummary !== 'never';
    const findings = new Findings();
    // A signal of the runner ends verification. It does not end the rest: secrets would stay on the disk.
    stop = deadlineAfter(delivered?.limits.timeoutSeconds ?? 0);
    await verifyAndRestore({ ...saved, delivered }, temp, environment, { findings, signal: stop.signal });
    if (delivered?.jobSummary !== 'always') return;
    const { summarizePost } = await import('./delivery/post-summary.ts');
    await summarizePost(findings.sentences, stepName(environment));
  } catch (error) {
    const { failStep, unexpected, summarizeFailure } = await import(
      /* webpackChunkName: 'failures' */ './failures/failures.ts'
    );
    const failure = unexpected(error, environment);
    failStep(failure, error);
    if (summarizes) await summarizeFailure(failure);
  } finally {
    stop?.release();
  }
}

const unreadable =
  'What this step saved for its post step cannot be read: nothing is verified or restored. Its private files are removed.';

const notAllExported =
  'This step ended before it had exported everything, so its credentials are not verified. The post step restores the environment.';

interface OwnStep extends SavedStep {
  readonly delivered: Delivered | undefined;
}

/** Where verification reports to, and what ends it. */
interface Verification {
  readonly findings: Findings;
  readonly signal: AbortSignal;
}

async function verifyAndRestore(
  { state, delivered, folder, hasExported }: OwnStep,
  temp: string,
  environment: NodeJS.ProcessEnv,
  { findings, signal }: Verification,
): Promise<void> {
  switch (state) {
    case 'own':
      try {
        if (!hasExported && delivered) findings.say(notAllExported);
        else if (delivered) await verify(delivered, folder, environment, { findings, signal });
      } finally {
        await finish(delivered, folder, temp, environment);
      }
      return;
    case 'gone':
      try {
        if (delivered) withoutFolder(delivered, folder, environment, findings);
      } finally {
        await finish(undefined, folder, temp, environment);
      }
      return;
    case 'other':
      findings.warn(
        `${folder} is not the private folder that this step created, and stays as it is: nothing is verified or restored.`,
      );
      return;
  }
}

async function verify(
  delivered: Delivered,
  folder: string,
  environment: NodeJS.ProcessEnv,
  { findings, signal }: Verification,
): Promise<void> {
  const { exported, profiles } = delivered;
  if (profiles !== undefined) {
    await renewals(folder, profiles, delivered.jobSummary !== 'never', findings);
    if (!delivered.verify) return;
    const { verifyProfiles } = await import(/* webpackChunkName: 'verify' */ './delivery/verify-profiles.ts');
    await verifyProfiles(delivered, { folder, fingerprint: profiles, signal }, environment, findings);
    return;
  }
  if (!exported || !delivered.verify) return;
  if (keysFingerprint(environment) !== exported.keys) {
    findings.say(
      `The credentials of ${exported.arn} are not verified: a later step replaced them, or this step's own env hides them.`,
    );
    return;
  }
  // Loaded only here: most of what a post step can cost is the way to STS.
  const { verifyKeys } = await import(/* webpackChunkName: 'verify' */ './delivery/verify-keys.ts');
  await verifyKeys(delivered, exported, { environment, signal }, findings);
}

/** What became of the profiles' renewals; nothing for profiles that are gone or were changed. */
async function renewals(
  folder: string,
  fingerprint: string,
  summarizes: boolean,
  findings: Findings,
): Promise<void> {
  const [{ reportRenewals }, { readStoredProfiles }] = await Promise.all([
    import(/* webpackChunkName: 'verify' */ './delivery/report-renewals.ts'),
    import(/* webpackChunkName: 'verify' */ './profiles/stored-profiles.ts'),
  ]);
  await reportRenewals(folder, readStoredProfiles(folder, fingerprint) ?? [], summarizes, findings);
}

/** Restores the environment and destroys the step's folder, whatever verification found. */
async function finish(
  delivered: Delivered | undefined,
  folder: string,
  temp: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  try {
    if (delivered) restore(delivered, folder, environment);
  } finally {
    const remaining = await destroyStepFolder(temp, folder);
    if (remaining.length > 0)
      warn(
        `These private files could not be removed, because a process of the job still uses them: ${remaining.join(', ')}. Their content is overwritten where the system allowed it.`,
      );
  }
}

function restore(delivered: Delivered, folder: string, environment: NodeJS.ProcessEnv): void {
  const secrets = decryptSecrets(delivered.box, folder);
  for (const value of Object.values(secrets ?? {})) secret(value);
  const changes = restorations(delivered.changed, secrets ?? {}, environment);
  exportAll(changes);
  if (!secrets)
    say('The previous values of secret variables cannot be read any more: these variables are left empty.');
  sayRestored(changes);
  const unchanged = unchangedVariables(delivered.changed, environment);
  if (unchanged.length > 0)
    say(`Kept ${unchanged.join(', ')}, because some AWS clients reject an empty value.`);
}

function sayRestored(changes: readonly Change[]): void {
  const names = (list: readonly Change[]): string => list.map(({ name }) => name).join(', ');
  const [set, removed] = [
    changes.filter(({ value }) => value !== ''),
    changes.filter(({ value }) => value === ''),
  ];
  if (set.length > 0) say(`Restored ${names(set)}.`);
  if (removed.length > 0)
    say(
      `Removed ${names(removed)}. GitHub cannot unset a variable, so ${removed.length === 1 ? 'it is' : 'they are'} empty now.`,
    );
}

/**
 * The private folder was removed or changed, and with it the proof that the state is this step's own. Variables that still have
 * the values of the state become empty; no other value is believed, and nobody is asked.
 */
function withoutFolder(
  { changed }: Delivered,
  folder: string,
  environment: NodeJS.ProcessEnv,
  findings: Findings,
): void {
  // Empty, it would give tools the runner's own role.
  const blanked = changed.filter(({ name }) => name !== 'AWS_EC2_METADATA_DISABLED');
  const own = blanked.map(({ name, set }) => ({ name, set }));
  const changes = restorations(own, {}, environment);
  exportAll(changes);
  findings.warn(
    `A later step removed or changed the private folder ${folder}: the credentials of this step are not verified, and previous values are lost.`,
  );
  sayRestored(changes);
}
