import type { MemberAccount } from './aws/organization.ts';
import { endpointOf } from './aws/sts-endpoint.ts';
import {
  assumeTargets,
  type AssumedTarget,
  type SharedSessions,
  type TargetsDependencies,
} from './chain/assume-targets.ts';
import { deliver } from './delivery/deliver.ts';
import { besidePreparing } from './delivery/prepare.ts';
import type { DeliveryContext } from './delivery/put.ts';
import { jobFacts } from './delivery/job-facts.ts';
import { reuse } from './delivery/reuse.ts';
import { beginStep } from './delivery/state.ts';
import { givenInputs } from './github/given-inputs.ts';
import { say, warn } from './github/log.ts';
import { secret, secretAccounts } from './github/masks.ts';
import { stepName } from './github/workflow.ts';
import { outsetOf, type Outset } from './request/given.ts';
import { readRequest, type Request } from './request/request.ts';
import { choiceLine } from './sources/choice-line.ts';
import { openBase, sourceDependencies } from './sources/sources.ts';
import type { StsSettings } from './aws/plan.ts';
import type { StsRequests } from './sts/client.ts';
import { Connections } from './sts/connections.ts';
import { deadlineAfter } from './sts/deadline.ts';
import { openSts } from './sts/open-sts.ts';
import { proxyPasswords } from './sts/proxy.ts';
import { routeNotes } from './sts/route.ts';
import { isoTime, untilThen } from './text/time.ts';

type Environment = NodeJS.ProcessEnv;

/** The step: read, assume, check, deliver. Whatever fails is reported, and nothing is exported. */
export async function main(environment: Environment): Promise<void> {
  const identity = beginStep();
  let outset: Outset | undefined;
  let request: Request | undefined;
  try {
    for (const value of proxyPasswords(environment)) secret(value);
    const inputs = givenInputs(environment);
    outset = outsetOf(inputs);
    registerSecrets(outset);
    const surroundings = await jobFacts(outset, environment);
    request = readRequest(inputs, surroundings);
    for (const warning of request.warnings) warn(warning);
    for (const note of [...request.notes, ...routeNotes(endpointOf(request.sts).url, environment)]) say(note);
    const context: DeliveryContext = {
      request,
      environment,
      temp: environment['RUNNER_TEMP'] ?? '',
      identity,
    };
    if (await reuse(context)) return;
    await assumeAndDeliver(context, (members) => {
      if (outset?.maskAccountIds) for (const { id } of members) secret(id);
      request = readRequest(inputs, { ...surroundings, members });
      return request;
    });
  } catch (error) {
    await (
      await import(/* webpackChunkName: 'failures' */ './failures/failures.ts')
    ).reportFailure(error, outset, request, environment);
  }
}

/** Before the first message, and before anything else is done with them. */
function registerSecrets({ secrets, maskAccountIds, accountTexts }: Outset): void {
  for (const value of secrets) secret(value);
  if (maskAccountIds) for (const text of accountTexts) secretAccounts(text);
}

/** @param withMembers reads the inputs again, with the accounts that the organization has */
async function assumeAndDeliver(
  context: DeliveryContext,
  withMembers: (members: readonly MemberAccount[]) => Request,
): Promise<void> {
  const { environment } = context;
  let { request } = context;
  say(choiceLine(request.choice));
  const stop = deadlineAfter(request.step.limits.timeoutSeconds);
  const connections = new Connections(environment);
  try {
    const dependencies = await dependenciesOf(request, environment, connections, stop.signal);
    let shared: SharedSessions | undefined;
    if (request.organization) {
      const { readOrganization } = await import(
        /* webpackChunkName: 'accounts' */ './chain/read-organization.ts'
      );
      const more = { ...dependencies, connections, say, warn };
      const read = await readOrganization(request.organization, request.targets[0], more);
      ({ shared } = read);
      request = withMembers(read.members);
    }
    const final = { ...context, request };
    const assumed = await besidePreparing(final, async (prepared) => {
      const outcome = await assumeTargets(final.request.targets, dependencies, shared);
      await deliver(outcome, prepared);
      return outcome.assumed;
    });
    if (request.step.jobSummary === 'always') await summarize(final, assumed);
  } finally {
    stop.release();
    connections.close();
  }
}

async function summarize(
  { request, environment }: DeliveryContext,
  assumed: readonly AssumedTarget[],
): Promise<void> {
  const { summarizeAccounts, summarizeChain } = await import('./delivery/step-summary.ts');
  const { base, choice, delivery } = request;
  const about = {
    step: stepName(environment),
    profile: delivery.kind === 'profile' ? delivery.name : undefined,
    source: choiceLine(choice),
  };
  const accounts = assumed.flatMap(({ target: { name }, session }) =>
    name === undefined ? [] : [{ name, session }],
  );
  if (accounts.length > 0) await summarizeAccounts(accounts, about);
  else for (const { session } of assumed) await summarizeChain(session, base.kind, about);
}

async function dependenciesOf(
  { base: from, sts: settings, step, delivery }: Request,
  environment: Environment,
  connections: Connections,
  signal: AbortSignal,
): Promise<TargetsDependencies> {
  const retryOptions = {
    ...step.limits,
    signal,
    // STS's answers may name accounts that no input does.
    say: (line: string): void => {
      if (step.maskAccountId) secretAccounts(line);
      say(line);
    },
  };
  const way = { retryOptions, secret };
  const base = openBase(from, sourceDependencies(environment, connections, settings.region, way));
  const Sts = await openSts(settings, connections, signal, base.ahead());
  const stsOf = onePerPlace((own) => new Sts(own, connections));
  return {
    sts: stsOf(settings),
    stsOf,
    openConnections: (own, count) => void connections.open(endpointOf(own).url, count),
    base,
    retryOptions,
    secret,
    arrived: (hop, index, of) => {
      const place = of > 1 ? `Hop ${index} of ${of}: ` : '';
      say(
        `${place}${hop.assumedRoleArn}, valid until ${isoTime(hop.expiration)} (${untilThen(hop.expiration, new Date())}).`,
      );
    },
    // Git Bash on Windows rewrites a variable's value that begins with a slash, as if it were a path.
    unusable:
      delivery.kind === 'keys' && delivery.exportEnv && environment['RUNNER_OS'] === 'Windows'
        ? ({ secretAccessKey }) => secretAccessKey.startsWith('/')
        : undefined,
  };
}

/** One client for each place: what it learns of AWS's clock holds for all accounts. */
function onePerPlace(clientOf: (settings: StsSettings) => StsRequests): typeof clientOf {
  const clients = new Map<string, StsRequests>();
  return (settings) => {
    const place = JSON.stringify(settings);
    const client = clients.get(place) ?? clientOf(settings);
    clients.set(place, client);
    return client;
  };
}
