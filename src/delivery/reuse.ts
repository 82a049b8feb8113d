import { assumedRoleArn } from '../aws/arn.ts';
import { chainedSessionSeconds, sessionSeconds } from '../aws/limits.ts';
import { identityOf } from '../aws/plan-identity.ts';
import { lastHop, type Plan } from '../aws/plan.ts';
import { say, warn } from '../github/log.ts';
import { secret } from '../github/masks.ts';
import { stepName } from '../github/workflow.ts';
import { fingerprint } from '../profiles/encrypt.ts';
import { findExported, type ExportedSession } from '../profiles/exported-sessions.ts';
import type { SessionCredentials } from '../aws/session.ts';
import { messageOf } from '../text/action-error.ts';
import { oneLine } from '../text/log-line.ts';
import { untilThen } from '../text/time.ts';
import { keysFingerprint, keysIn, regionChanges } from './environment.ts';
import { put, type DeliveryContext } from './put.ts';
import { blankedVariables, variableWarnings } from './variables.ts';

/** Milliseconds that an expiration may be later than possible: clocks differ. */
const tolerance = 300_000;

/**
 * Uses the credentials that an earlier step exported again, where they are the ones asked for and valid for
 * `min-remaining-seconds`, and STS confirms whose they are. The post step verifies them like its own.
 * @returns whether it did
 */
export async function reuse(context: DeliveryContext): Promise<boolean> {
  const { request, environment, temp } = context;
  const { delivery } = request;
  if (delivery.kind !== 'keys' || delivery.minRemainingSeconds === 0) return false;
  const { plan } = request.targets[0];
  const [credentials, keys] = [keysIn(environment), keysFingerprint(environment)];
  if (!credentials || keys === undefined) return false;
  const session = findExported(temp, fingerprint(identityOf(plan)), keys);
  if (!session || !isOf(session, plan)) return false;
  for (const value of Object.values(credentials) as string[]) secret(value);
  const blocker =
    expiryBlocker(session, plan, delivery.minRemainingSeconds) ??
    (await identityBlocker(session, credentials, context));
  if (blocker !== undefined) {
    say(`The credentials of an earlier step are not reused: ${blocker}.`);
    return false;
  }
  const changes = [
    ...blankedVariables('keys', environment, session.accountId),
    ...regionChanges(delivery.region),
  ];
  const warnings = variableWarnings('keys', environment, changes, session.accountId);
  await put(context, {
    outputs: {
      source: session.credentialSource,
      facts: session,
      credentials: delivery.outputCredentials ? credentials : undefined,
    },
    changes,
    exported: { facts: session, keys },
  });
  for (const warning of warnings) warn(warning);
  await reportReuse(session, context);
  return true;
}

async function reportReuse(
  { assumedRoleArn: arn, expiration }: ExportedSession,
  { request, environment }: DeliveryContext,
): Promise<void> {
  const left = untilThen(new Date(expiration), new Date());
  const sentence = `Reusing the credentials of an earlier step: ${arn}, valid until ${expiration} (${left}).`;
  say(sentence);
  if (request.step.jobSummary !== 'always') return;
  const { summarizeReuse } = await import('./step-summary.ts');
  await summarizeReuse(arn, sentence, stepName(environment));
}

/** Whether a record is of the session that this plan makes. The record is a file, which other programs of the user can write. */
function isOf(
  { assumedRoleArn: arn, accountId, sessionName, assumedRoleId }: ExportedSession,
  plan: Plan,
): boolean {
  const hop = lastHop(plan);
  return (
    arn === assumedRoleArn(hop.role, hop.sessionName) &&
    accountId === hop.role.accountId &&
    sessionName === hop.sessionName &&
    assumedRoleId.endsWith(`:${hop.sessionName}`)
  );
}

function expiryBlocker({ expiration }: ExportedSession, plan: Plan, least: number): string | undefined {
  const [ends, now] = [new Date(expiration), new Date()];
  const left = ends.getTime() - now.getTime();
  const longest = plan.hops.length > 1 ? chainedSessionSeconds : sessionSeconds.most;
  if (!(left <= longest * 1000 + tolerance)) return `they cannot be valid until ${expiration}`;
  return left >= least * 1000
    ? undefined
    : `they are valid for ${untilThen(ends, now)}, less than min-remaining-seconds (${least})`;
}

/** Asks STS, because another identity's keys may be in the environment with a record that somebody wrote for them. */
async function identityBlocker(
  { assumedRoleArn: wanted }: ExportedSession,
  credentials: SessionCredentials,
  { request, environment }: DeliveryContext,
): Promise<string | undefined> {
  const { askIdentity } = await import('./ask-identity.ts');
  try {
    const answered = await askIdentity(credentials, request.sts, request.step.limits, environment);
    return answered === wanted ? undefined : `they belong to ${oneLine(answered)}`;
  } catch (error) {
    return `STS did not confirm which identity they belong to. ${messageOf(error)}`;
  }
}
