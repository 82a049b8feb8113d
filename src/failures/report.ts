import type { Plan } from '../aws/plan.ts';
import type { InputError } from '../request/problems.ts';
import { inputs } from '../request/inputs.ts';
import type { Interrupted, NoBaseCredentials, RequestFailure, UnexpectedResponse } from '../sts/errors.ts';
import { errorCodeOf, messageOf, type ErrorCode } from '../text/action-error.ts';
import type { AccountsFailure } from './accounts-failure.ts';
import { explain } from './explain.ts';
import { report, type Report, type Surroundings } from './explanation.ts';
import { explainStop } from './stopped.ts';
import { endpointSettings } from './services.ts';
import { emptySecretSteps, noBaseCredentials, noIdToken } from './no-credentials.ts';
import { unexpected } from './machine.ts';
import { clockStep } from './signature.ts';
import { invalidTitle, type Title } from './titles.ts';

/**
 * The one place that turns an error into what a user reads.
 * @param plan undefined where the inputs did not make one
 */
export function reportOf(error: unknown, plan: Plan | undefined, surroundings: Surroundings): Report {
  const message = messageOf(error);
  const code = errorCodeOf(error);
  switch (code) {
    case 'invalid-input':
      return inputReport(error as InputError, surroundings.environment);
    case 'request-failed':
      return plan
        ? explain(error as RequestFailure, plan, surroundings)
        : report(titles['renewal-failed'], sentence(message));
    case 'no-base-credentials':
      return noBaseCredentials(error as NoBaseCredentials, plan, surroundings);
    case 'unexpected-response':
      return mismatchReport(error as UnexpectedResponse);
    case 'accounts-failed':
      return (error as AccountsFailure).report;
    case 'interrupted':
      return explainStop(error as Interrupted, plan, surroundings);
    default:
      return code === undefined
        ? unexpected(error, surroundings.environment)
        : report(titles[code], sentence(message));
  }
}

/** A message of the log begins in lower case and has no full stop. Its first word may be a name, which stays. */
const sentence = (message: string): string =>
  message.replace(/^(?:the|an?|another) /, (word) => word.charAt(0).toUpperCase() + word.slice(1)) +
  (message.endsWith('.') ? '' : '.');

type ExplainedCode =
  | ('invalid-input' | 'request-failed' | 'no-base-credentials' | 'unexpected-response')
  | ('accounts-failed' | 'interrupted');

/** Titles of errors whose message is all there is to report. */
const titles: Record<Exclude<ErrorCode, ExplainedCode>, Title> = {
  'account-not-allowed': 'Account not allowed',
  'outputs-too-large': 'Output too large',
  'proxy-unusable': 'Invalid setting',
  'folder-unusable': 'Invalid setting',
  'profile-unusable': 'Invalid setting',
  'plan-missing': 'Profile not renewable',
  'renewal-failed': 'Renewal failed',
  'renewal-locked': 'Renewal failed',
};

function mismatchReport({ reason, message }: UnexpectedResponse): Report {
  switch (reason) {
    case 'expired':
      return report(
        'Clock skew',
        "This machine's clock is probably wrong, because the times of AWS's credentials do not match it: set the clock (NTP).",
        { steps: [clockStep, `if the clock is right, ${endpointSettings}`], words: message },
      );
    case 'too-long':
      return notOfSts('has credentials that are valid for longer than requested', message, [
        ...notOfStsSteps,
        clockStep,
      ]);
    case 'incomplete':
      return notOfSts('has no complete credentials', message);
    case 'other-role':
      return notOfSts('has credentials for another role than the one requested', message);
  }
}

const notOfStsSteps = [endpointSettings, 'a proxy may have answered instead of STS'];

const notOfSts = (what: string, words: string, steps = notOfStsSteps): Report =>
  report(
    'Unexpected response',
    `The response ${what}. It may not come from STS, and is not used: check the endpoint and proxies.`,
    { steps, words },
  );

/** Inputs that are given from secrets, which this run may not have. */
const secretInputs = Object.entries(inputs).flatMap(([name, row]) => ('secret' in row ? [name] : []));

/** Names of environment variables are in capitals, names of inputs are not, whatever they are. */
const isSetting = (input: string): boolean => /^[A-Z][A-Z0-9]*_/.test(input);

/** All problems are in the advice: each names its input, the value, the rule and the repair. */
function inputReport({ problems, message }: InputError, environment: NodeJS.ProcessEnv): Report {
  const [first, ...more] = problems;
  if (first?.topic === 'id-token' && more.length === 0) {
    const own = noIdToken(environment);
    return { ...own, words: message };
  }
  const what = problems.every(({ input }) => isSetting(input)) ? 'setting' : 'input';
  const idToken = problems.some(({ topic }) => topic === 'id-token') ? noIdToken(environment) : undefined;
  const secret = problems.some(({ input, topic }) => topic === 'empty' || secretInputs.includes(input));
  const found = report('Invalid input', message, {
    steps: [idToken?.advice, ...(idToken?.steps ?? []), ...(secret ? emptySecretSteps(environment) : [])],
    paste: idToken?.paste ?? [],
  });
  return { ...found, title: invalidTitle(problems.length, what) };
}
