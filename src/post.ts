import { exportAll, keysFingerprint, restorations } from './delivery/environment.ts';
import { say, warn } from './github/log.ts';
import { messageOf } from './text/action-error.ts';
import { secret } from './github/secrets.ts';
import { readDelivered, type Delivered } from './delivery/state.ts';
import { readPrivate, removeStepFolder } from './profiles/folder.ts';
import { unseal } from './profiles/encrypt.ts';

/** The post step: verify whose credentials the job held, then give back the environment as it was found. */
export async function post(environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const delivered = readDelivered();
    if (!delivered) return;
    try {
      await check(delivered, environment);
    } finally {
      restore(delivered, environment);
    }
  } catch (error) {
    const { failStep } = await import('./failures/failures.ts');
    failStep({ title: 'Unexpected failure', message: messageOf(error), parts: [] }, error);
  }
}

async function check(delivered: Delivered, environment: NodeJS.ProcessEnv): Promise<void> {
  const { exported, profiles, verify } = delivered;
  if (!verify) return;
  if (profiles) {
    await (
      await import(/* webpackChunkName: 'sts' */ './delivery/verify-profiles.ts')
    ).verifyProfiles(delivered, profiles, environment);
    return;
  }
  if (!exported) return;
  if (keysFingerprint(environment) !== exported.keys) {
    say(
      `The credentials of ${exported.arn} are not verified: a later step replaced them, or this step's own env hides them.`,
    );
    return;
  }
  // Loaded only here: most of what a post step can cost is the way to STS.
  await (
    await import(/* webpackChunkName: 'sts' */ './delivery/verify-keys.ts')
  ).verify(delivered, exported, environment);
}

function restore(delivered: Delivered, environment: NodeJS.ProcessEnv): void {
  const { changed, box, keyPath = '', folder } = delivered;
  const key = box === undefined ? undefined : readPrivate(keyPath);
  const text = box === undefined || key === undefined ? undefined : unseal({ box, key });
  const secrets = text === undefined ? {} : (JSON.parse(text) as Record<string, string>);
  for (const value of Object.values(secrets)) secret(value);
  const changes = restorations(changed, secrets, environment);
  try {
    exportAll(changes);
  } finally {
    remove(environment['RUNNER_TEMP'] ?? '', folder);
  }
  if (box !== undefined && text === undefined) {
    say('The values of before are gone with the private folder: the variables of this step are left empty.');
  } else if (changes.length > 0) {
    say(`Gave back ${changes.map(({ name }) => name).join(', ')} as found before this step.`);
  }
}

function remove(temp: string, folder: string): void {
  try {
    removeStepFolder(temp, folder);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    warn(
      `The private folder ${folder} could not be removed whole (${code}): a process of the job still uses it.`,
    );
  }
}
