import { keysIn } from './environment.ts';
import { say } from '../github/log.ts';
import type { JobSummary } from '../request/step-settings.ts';
import type { Findings } from './findings.ts';
import { reportLaterProfile } from './replaced.ts';
import type { Delivered } from './state.ts';
import { isRequestFailure } from '../sts/errors.ts';
import { messageOf } from '../text/action-error.ts';
import { oneLine } from '../text/log-line.ts';
import { Connections } from '../sts/connections.ts';
import { callerArn } from '../sts/caller-identity.ts';
import { openSts } from '../sts/open-sts.ts';

/**
 * Asks STS which identity the job's credentials belong to. If it is not the step's, the job fails. If they have expired,
 * or STS does not answer, there is a warning.
 */
export async function verifyKeys(
  { sts: settings, limits, jobSummary, left }: Delivered,
  exported: NonNullable<Delivered['exported']>,
  { environment, signal }: { readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal },
  findings: Findings,
): Promise<void> {
  const credentials = keysIn(environment);
  if (!credentials) return;
  await reportLaterProfile(left, environment, findings);
  const { arn, expiration } = exported;
  let connections: Connections | undefined;
  try {
    connections = new Connections(environment);
    const Sts = await openSts(settings, connections, signal);
    const sts = new Sts(settings, connections);
    const retryOptions = { ...limits, propagationWaitSeconds: 0, signal, say };
    const answered = await callerArn(credentials, sts, retryOptions);
    if (answered === arn) findings.say(`Verified: the job's credentials belong to ${arn}.`);
    else await failOnIdentity(otherIdentity(answered, arn), jobSummary);
  } catch (error) {
    // STS knows best; where it does not answer, this machine's clock must do.
    const reportedExpired =
      isRequestFailure(error) && ['ExpiredToken', 'ExpiredTokenException'].includes(error.answer.code);
    const expired = reportedExpired || Date.now() >= new Date(expiration).getTime();
    findings.warn(
      expired
        ? outlived(arn, expiration)
        : `The identity of the job's credentials could not be verified: ${messageOf(error)}`,
    );
  } finally {
    connections?.close();
  }
}

/** @param which credentials, after "the" @param exported the ARN of the step's session */
export const otherIdentity = (answered: string, exported: string, which = "job's credentials"): string =>
  `The ${which} belong to ${oneLine(answered)}, but this step exported credentials of ${exported}. ` +
  'Every AWS call with them since then ran as that other identity.';

/** Another identity fails the job. @param advice whose credentials belong to whom */
export async function failOnIdentity(advice: string, jobSummary: JobSummary): Promise<void> {
  const { failStep, report, summarizeFailure } = await import(
    /* webpackChunkName: 'failures' */ '../failures/failures.ts'
  );
  const failure = report('Wrong identity', advice);
  failStep(failure);
  if (jobSummary !== 'never') await summarizeFailure(failure);
}

const outlived = (arn: string, expiration: string): string =>
  `The job outlived its credentials: the session of ${arn} expired at ${expiration}. Raise duration-seconds, or ` +
  'use the input profile, whose credentials renew themselves.';
