import { untilThen } from '../text/time.ts';
import { deliverKept, type DeliveryContext } from './deliver.ts';
import { keysFingerprint, keysIn } from './environment.ts';
import { say } from '../github/log.ts';
import { identityOf } from '../aws/plan.ts';
import { findExported } from '../profiles/exported-sessions.ts';
import { fingerprint } from '../profiles/encrypt.ts';

/**
 * Keeps the credentials that an earlier step exported, where they are the ones asked for and hold long enough
 * (`min-remaining-seconds`): sets the outputs and makes no request.
 * @returns whether there were such
 */
export async function keep(context: DeliveryContext): Promise<boolean> {
  const { request, environment, temp } = context;
  const least = request.delivery.kind === 'keys' ? request.delivery.minRemainingSeconds : 0;
  const credentials = least > 0 ? keysIn(environment) : undefined;
  const keys = keysFingerprint(environment);
  if (!credentials || !keys) return false;
  const facts = findExported(temp, fingerprint(identityOf(request.targets[0].plan)), keys);
  if (!facts) return false;
  const now = new Date();
  const expiration = new Date(facts.expiration);
  const left = untilThen(expiration, now);
  if (!(expiration.getTime() - now.getTime() >= least * 1000)) {
    say(
      `The credentials of an earlier step hold for ${left}, less than min-remaining-seconds (${least}): they are renewed.`,
    );
    return false;
  }
  await deliverKept(facts, credentials, context);
  say(
    `Kept the credentials of an earlier step: ${facts.assumedRoleArn}, until ${facts.expiration} (${left}).`,
  );
  return true;
}
