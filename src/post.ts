import { exportAll, keysFingerprint } from './delivery/environment.ts';
import type { Change } from './delivery/variables.ts';
import { restorations } from './delivery/restore.ts';
import { say, warn } from './github/log.ts';
import { messageOf } from './text/action-error.ts';
import { secret } from './github/secrets.ts';
import { readSavedStep, type Delivered } from './delivery/state.ts';
import { destroyStepFolder } from './profiles/destroy.ts';
import { decryptSecrets } from './delivery/secrets.ts';

/** The post step: verify which identity the job's credentials belong to, then restore the environment. */
export async function post(environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const temp = environment['RUNNER_TEMP'] ?? '';
    const saved = readSavedStep(temp);
    if (!saved) return;
    const { folder } = saved;
    if (saved.delivered === 'unreadable') warn(unreadable);
    const delivered = saved.delivered === 'unreadable' ? undefined : saved.delivered;
    switch (saved.state) {
      case 'own':
        try {
          if (delivered) await verify(delivered, folder, environment);
        } finally {
          finish(delivered, folder, temp, environment);
        }
        return;
      case 'gone':
        if (delivered) withoutFolder(delivered, folder, environment);
        return;
      case 'other':
        warn(
          `${folder} is not the private folder that this step created, and stays as it is: nothing is verified or restored.`,
        );
        return;
    }
  } catch (error) {
    const { failStep, report } = await import('./failures/failures.ts');
    failStep(report('Unexpected failure', messageOf(error)), error);
  }
}

const unreadable =
  'What this step saved for its post step cannot be read: nothing is verified or restored. Its private files are removed.';

async function verify(delivered: Delivered, folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const { exported, profiles } = delivered;
  if (profiles !== undefined) {
    await renewals(folder, profiles, delivered.jobSummary !== 'never');
    if (!delivered.verify) return;
    const { verifyProfiles } = await import('./delivery/verify-profiles.ts');
    await verifyProfiles(delivered, { folder, fingerprint: profiles }, environment);
    return;
  }
  if (!exported || !delivered.verify) return;
  if (keysFingerprint(environment) !== exported.keys) {
    say(
      `The credentials of ${exported.arn} are not verified: a later step replaced them, or this step's own env hides them.`,
    );
    return;
  }
  // Loaded only here: most of what a post step can cost is the way to STS.
  const { verifyKeys } = await import('./delivery/verify-keys.ts');
  await verifyKeys(delivered, exported, environment);
}

/** What became of the profiles' renewals; nothing for profiles that are gone or were changed. */
async function renewals(folder: string, fingerprint: string, summarizes: boolean): Promise<void> {
  const [{ reportRenewals }, { readStoredProfiles }] = await Promise.all([
    import('./delivery/report-renewals.ts'),
    import('./profiles/stored-profiles.ts'),
  ]);
  await reportRenewals(folder, readStoredProfiles(folder, fingerprint) ?? [], summarizes);
}

/** Restores the environment and destroys the step's folder, whatever verification found. */
function finish(
  delivered: Delivered | undefined,
  folder: string,
  temp: string,
  environment: NodeJS.ProcessEnv,
): void {
  try {
    if (delivered) restore(delivered, folder, environment);
  } finally {
    const remaining = destroyStepFolder(temp, folder);
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
}

function sayRestored(changes: readonly Change[]): void {
  const names = (list: readonly Change[]): string => list.map(({ name }) => name).join(', ');
  const [set, removed] = [
    changes.filter(({ value }) => value !== ''),
    changes.filter(({ value }) => value === ''),
  ];
  if (set.length > 0) say(`Restored ${names(set)}.`);
  if (removed.length > 0)
    say(`Removed ${names(removed)}. GitHub cannot unset a variable, so it is empty now.`);
}

/**
 * The private folder was removed, and with it the proof that the state is this step's own. Variables that still have
 * the values of the state become empty; no other value is believed, and nobody is asked.
 */
function withoutFolder({ changed }: Delivered, folder: string, environment: NodeJS.ProcessEnv): void {
  const own = changed.map(({ name, set }) => ({ name, set }));
  const changes = restorations(own, {}, environment);
  exportAll(changes);
  warn(
    `A later step removed the private folder ${folder}: the credentials of this step are not verified, and previous values are lost.`,
  );
  sayRestored(changes);
}
