import { setImmediate as turn } from 'node:timers/promises';
import type { MemberAccount } from '../aws/organization.ts';
import type { StsSettings } from '../aws/plan.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import {
  assumeTargets,
  type AssumedTarget,
  type SharedSessions,
  type TargetsDependencies,
} from '../chain/assume-targets.ts';
import type { BegunRequests } from '../chain/begin.ts';
import { say, warn } from '../github/log.ts';
import { secret } from '../github/masks.ts';
import { stepName } from '../github/workflow.ts';
import type { Request } from '../request/request.ts';
import { choiceLine } from '../sources/choice-line.ts';
import type { StsRequests } from '../sts/client.ts';
import { stopReasonOf } from '../sts/deadline.ts';
import { isoTime, untilThen } from '../text/time.ts';
import { deliver } from './deliver.ts';
import { besidePreparing } from './prepare.ts';
import type { DeliveryContext } from './put.ts';

/**
 * Assumes the roles of a request, and delivers what they give.
 * @param begun what was sent before this code was loaded
 * @param withMembers reads the inputs again, with the accounts that the organization has
 * @throws whatever fails: nothing is delivered then
 */
export async function assumeAndDeliver(
  context: DeliveryContext,
  begun: BegunRequests,
  withMembers: (members: readonly MemberAccount[]) => Request,
): Promise<void> {
  let { request } = context;
  const { connections } = begun;
  const dependencies = await dependenciesOf(context, begun);
  let shared: SharedSessions | undefined;
  if (request.organization) {
    const { readOrganization } = await import(
      /* webpackChunkName: 'deliver-accounts' */ '../chain/read-organization.ts'
    );
    const more = { ...dependencies, connections, say, warn };
    const read = await readOrganization(request.organization, request.targets[0], more);
    ({ shared } = read);
    request = withMembers(read.members);
  }
  const stop = begun.retryOptions.signal;
  const final = { ...context, request, stop };
  const assumed = await besidePreparing(final, async (prepared) => {
    const outcome = await assumeTargets(final.request.targets, dependencies, shared);
    await signals();
    await deliver(outcome, prepared);
    return outcome.assumed;
  });
  await signals();
  if (stop.aborted && stopReasonOf(stop).kind === 'cancelled') say(stoppedLate);
  if (request.step.jobSummary === 'always') await summarize(final, assumed);
}

/** Lets signals in: Node.js looks for them between two turns of the event loop, and delivery takes less than one. */
async function signals(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await turn();
}

// The runner marks the step as cancelled, whatever its exit code. A time limit that runs out now stops nothing.
const stoppedLate =
  'The step was cancelled after it had exported everything. Its post step restores the environment.';

async function summarize(
  { request, environment }: DeliveryContext,
  assumed: readonly AssumedTarget[],
): Promise<void> {
  const { summarizeAccounts, summarizeChain } = await import('./step-summary.ts');
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
  { request: { sts: settings, delivery }, environment }: DeliveryContext,
  { connections, base, retryOptions, sts }: BegunRequests,
): Promise<TargetsDependencies> {
  const Sts = await sts;
  const stsOf = onePerPlace((own) => new Sts(own, connections));
  return {
    sts: stsOf(settings),
    stsOf,
    openConnections: (own, count) => void connections.open(endpointOf(own).url, { count }),
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
