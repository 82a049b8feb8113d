import { resolve } from 'node:path';
import { assumeTargets, type AssumedTarget, type TargetsDependencies } from './chain/targets.ts';
import { endpointOf } from './aws/sts-endpoint.ts';
import { untilThen, isoTime } from './text/time.ts';
import { deliver, type DeliveryContext } from './delivery/deliver.ts';
import { runnerProblems } from './github/files.ts';
import { mayAskForIdToken, requestIdToken } from './sources/id-token.ts';
import { readInputs } from './github/inputs.ts';
import { say, warn } from './github/log.ts';
import { secret, secretAccounts } from './github/secrets.ts';
import { unreadable } from './sources/readable-file.ts';
import { workflowFacts } from './github/workflow.ts';
import { keep } from './delivery/reuse.ts';
import { beginStep } from './delivery/state.ts';
import type { StepIdentity } from './profiles/folder.ts';
import type { ProfileFacts } from './request/profile.ts';
import { choiceLine } from './request/base.ts';
import { readRequest, type Request } from './request/request.ts';
import type { Inputs } from './request/settings.ts';
import { openBase } from './sources/open.ts';
import { ambientCredentials, awsVariables } from './sources/ambient.ts';
import { Connections } from './sts/connections.ts';
import { openSts } from './sts/open-sts.ts';
import { proxyPasswords } from './sts/proxy.ts';
import { deadlineAfter } from './sts/deadline.ts';

type Environment = NodeJS.ProcessEnv;

/** The step: read, assume, check, deliver. Whatever fails is reported, and nothing is exported. */
export async function main(environment: Environment): Promise<void> {
  const identity = beginStep();
  let inputs: Inputs | undefined;
  let request: Request | undefined;
  try {
    for (const value of proxyPasswords(environment)) secret(value);
    inputs = readInputs();
    if (accountsAreSecret(inputs)) secretAccounts(`${inputs['role-arn']} ${inputs.accounts}`);
    request = await requestFrom(inputs, environment);
    await step(request, environment, identity);
  } catch (error) {
    // STS's answer may name an account that no input does.
    if (inputs && accountsAreSecret(inputs) && error instanceof Error) secretAccounts(error.message);
    const { reportOf, failStep, summarizeFailure } = await import('./failures/failures.ts');
    const plan = request && { ...request.targets[0].plan, sts: request.sts };
    const report = reportOf(error, plan, environment);
    failStep(report, error);
    if (inputs?.['job-summary'].trim().toLowerCase() !== 'never') await summarizeFailure(report);
  }
}

const accountsAreSecret = (inputs: Inputs): boolean =>
  inputs['mask-account-id'].trim().toLowerCase() === 'true';

async function requestFrom(inputs: Inputs, environment: Environment): Promise<Request> {
  const many = inputs.accounts.trim() !== '';
  return readRequest(inputs, {
    environment,
    facts: () => workflowFacts(environment),
    problems: runnerProblems(environment),
    idToken: mayAskForIdToken(environment),
    origin: awsVariables(environment),
    profiles: many || inputs.profile.trim() !== '' ? await profileFacts(environment) : undefined,
    readAccountList: many
      ? (await import(/* webpackChunkName: 'accounts' */ './request/account-list.ts')).readAccountList
      : undefined,
    resolve: (path) => resolve(environment['GITHUB_WORKSPACE'] ?? '.', path),
    unreadable,
  });
}

/** Profile code is loaded only where there are profiles. */
async function profileFacts(environment: Environment): Promise<ProfileFacts> {
  const [{ placeOfProfile }, { blocker }] = await Promise.all([
    import(/* webpackChunkName: 'profiles' */ './profiles/user-files.ts'),
    import(/* webpackChunkName: 'profiles' */ './profiles/write-profiles.ts'),
  ]);
  const temp = environment['RUNNER_TEMP'] ?? '';
  return { placeOf: (name) => placeOfProfile(name, environment, temp), blocker: () => blocker(temp) };
}

async function step(request: Request, environment: Environment, identity: StepIdentity): Promise<void> {
  for (const warning of request.warnings) warn(warning);
  const context: DeliveryContext = {
    request,
    environment,
    temp: environment['RUNNER_TEMP'] ?? '',
    identity,
  };
  if (await keep(context)) return;
  say(choiceLine(request.choice));
  const stop = deadlineAfter(request.step.limits.timeoutSeconds);
  const connections = new Connections(environment);
  try {
    const dependencies = await dependenciesOf(request, environment, connections, stop.signal);
    const { assumed, failed } = await assumeTargets(request.targets, dependencies);
    if (request.delivery.kind === 'accounts') {
      const { deliverAccounts } = await import(
        /* webpackChunkName: 'accounts' */ './delivery/deliver-accounts.ts'
      );
      await deliverAccounts({ assumed, failed }, context);
    } else {
      for (const { error } of failed) throw error;
      for (const { session } of assumed) await deliver(session, context);
    }
    if (request.step.jobSummary === 'always') await summarize(request, assumed);
  } finally {
    stop.release();
    connections.close();
  }
}

async function summarize({ base }: Request, assumed: readonly AssumedTarget[]): Promise<void> {
  const { summarizeAccounts, summarizeChain } = await import('./delivery/summary.ts');
  const accounts = assumed.flatMap(({ target: { name }, session }) =>
    name === undefined ? [] : [{ name, session }],
  );
  if (accounts.length > 0) await summarizeAccounts(accounts);
  else for (const { session } of assumed) await summarizeChain(session, base.kind);
}

async function dependenciesOf(
  request: Request,
  environment: Environment,
  connections: Connections,
  signal: AbortSignal,
): Promise<TargetsDependencies> {
  const { base: from, sts: settings, step, delivery } = request;
  // STS's answers may name accounts that no input does.
  const told = (line: string): void => {
    if (step.maskAccountId) secretAccounts(line);
    say(line);
  };
  const retryOptions = { ...step.limits, signal, say: told };
  const base = openBase(from, {
    ambient: (origin) => ambientCredentials(origin, settings.region, connections),
    retryOptions,
    secret,
    idToken: (audience, ends, sent) => requestIdToken(environment, audience, secret, connections, ends, sent),
  });
  const Sts = await openSts(settings, connections, base.ahead());
  return {
    sts: new Sts(settings, connections),
    stsOf: (own) => new Sts(own, connections),
    openConnections: (own, count) => void connections.open(endpointOf(own).url, count),
    base,
    retryOptions,
    secret,
    arrived: (hop, index, of) => {
      const place = of > 1 ? `Hop ${index} of ${of}: ` : '';
      say(
        `${place}${hop.assumedRoleArn}, until ${isoTime(hop.expiration)} (${untilThen(hop.expiration, new Date())})`,
      );
    },
    // Git Bash on Windows rewrites a variable's value that begins with a slash, as if it were a path.
    unusable:
      delivery.kind === 'keys' && delivery.exportEnv && environment['RUNNER_OS'] === 'Windows'
        ? ({ secretAccessKey }) => secretAccessKey.startsWith('/')
        : undefined,
  };
}
