import type { MemberAccount } from '../aws/organization.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import { beginRequests, type BegunRequests } from '../chain/begin.ts';
import { jobFacts } from './job-facts.ts';
import { beginStep } from './state.ts';
import { givenInputs } from '../github/given-inputs.ts';
import { say, warn } from '../github/log.ts';
import { secret, secretAccounts } from '../github/masks.ts';
import type { StepIdentity } from '../profiles/folder.ts';
import { outsetOf, type Outset } from '../request/given.ts';
import { readRequest, type Request } from '../request/request.ts';
import { choiceLine } from '../sources/choice-line.ts';
import { Connections } from '../sts/connections.ts';
import { proxyPasswords } from '../sts/proxy.ts';
import { routeNotes } from '../sts/route.ts';

type Environment = NodeJS.ProcessEnv;

/** What has been read of a step: where reading fails, as much as there is. */
interface Reading {
  outset?: Outset;
  request?: Request;
}

/**
 * The step: read, assume, check, deliver. Whatever fails is reported, and nothing is exported. What it does not take to read
 * the inputs and to open the first connections is loaded while the network is busy.
 * @param ahead connections of which the first was opened before this code was loaded, if any; closed here
 */
export async function runStep(environment: Environment, ahead: Connections | undefined): Promise<void> {
  const reading: Reading = {};
  let identity: StepIdentity | undefined;
  let begun: BegunRequests | undefined;
  try {
    const { request, withMembers } = await readAll(reading, environment);
    const begin = (): BegunRequests => (begun ??= beginLogged(request, environment, ahead));
    // What is reused needs no token.
    const mayReuse = request.delivery.kind === 'keys' && request.delivery.minRemainingSeconds > 0;
    if (!mayReuse) await begin().underWay;
    identity = beginStep();
    const context = { request, environment, temp: environment['RUNNER_TEMP'] ?? '', identity };
    if (mayReuse) {
      const { reuse } = await import(/* webpackChunkName: 'deliver' */ './reuse.ts');
      if (await reuse(context)) return;
    }
    const { assumeAndDeliver } = await import(/* webpackChunkName: 'deliver' */ './assume-and-deliver.ts');
    await assumeAndDeliver(context, begin(), withMembers);
  } catch (error) {
    if (!identity) overwriteState();
    const { reportFailure } = await import(/* webpackChunkName: 'failures' */ '../failures/failures.ts');
    await reportFailure(error, reading.outset, reading.request, environment);
  } finally {
    begun?.close();
    ahead?.close();
  }
}

/** An earlier step of the job may have planted a state for the post step of one that fails. */
function overwriteState(): void {
  try {
    beginStep();
  } catch {
    // The step has failed already, and has delivered nothing.
  }
}

/**
 * @param reading gets what has been read, also when this fails
 * @returns the request, and how to read it again with the members of an organization
 */
async function readAll(
  reading: Reading,
  environment: Environment,
): Promise<{
  readonly request: Request;
  readonly withMembers: (members: readonly MemberAccount[]) => Request;
}> {
  for (const value of proxyPasswords(environment)) secret(value);
  const inputs = givenInputs(environment);
  const outset = (reading.outset = outsetOf(inputs));
  registerSecrets(outset);
  const surroundings = await jobFacts(outset, environment);
  const request = (reading.request = readRequest(inputs, surroundings));
  for (const warning of request.warnings) warn(warning);
  for (const note of [...request.notes, ...routeNotes(endpointOf(request.sts).url, environment)]) say(note);
  const withMembers = (members: readonly MemberAccount[]): Request => {
    if (outset.maskAccountIds) for (const { id } of members) secret(id);
    return (reading.request = readRequest(inputs, { ...surroundings, members }));
  };
  return { request, withMembers };
}

/** Before the first message, and before anything else is done with them. */
function registerSecrets({ secrets, maskAccountIds, accountTexts }: Outset): void {
  for (const value of secrets) secret(value);
  if (maskAccountIds) for (const text of accountTexts) secretAccounts(text);
}

function beginLogged(
  request: Request,
  environment: Environment,
  connections: Connections = new Connections(environment),
): BegunRequests {
  say(choiceLine(request.choice));
  return beginRequests(request, environment, connections, {
    secret,
    // STS's answers may name accounts that no input does.
    say: (line) => {
      if (request.step.maskAccountId) secretAccounts(line);
      say(line);
    },
  });
}
