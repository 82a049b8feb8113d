import { assumedRoleArn, type RoleArn } from '../aws/arn.ts';
import type { Plan } from '../aws/plan.ts';
import { describeAnswer, type RequestFailure } from '../sts/errors.ts';
import { explainAssumeRole } from './assume-role.ts';
import { hopPrefix, isOrganizations, requestFacts } from './caller.ts';
import { choiceStep } from './source-choice.ts';
import { claimFacts } from './claims.ts';
import { explainDenied } from './denied.ts';
import {
  report,
  type Explainer,
  type FailureContext,
  type Report,
  type Surroundings,
} from './explanation.ts';
import { explainIdentityProvider } from './identity-provider.ts';
import { explainNetwork } from './network.ts';
import { explainOrganizations } from './organizations-failure.ts';
import { explainParameters } from './parameters.ts';
import { idTokenService, serviceOf } from './services.ts';
import type { Title } from './titles.ts';
import { explainClaims, explainWebIdentity } from './web-identity.ts';

/** In this order; the first that explains the answer counts. */
const explainers: readonly Explainer[] = [
  explainClaims,
  explainDenied,
  explainIdentityProvider,
  explainWebIdentity,
  explainParameters,
  explainAssumeRole,
  explainOrganizations,
];

/**
 * What a failed request means, and how to fix it. Pure.
 * @param roles the roles of all requests that failed for this same cause; by default the one of this request
 */
export function explain(
  failure: RequestFailure,
  plan: Plan,
  surroundings: Surroundings,
  roles?: readonly [RoleArn, ...RoleArn[]],
): Report {
  const { attempt, answer, tries } = failure;
  const words = `${describeAnswer(answer)}${tries > 1 ? `, after ${tries} attempts` : ''}`;
  if (attempt.operation === 'GetIdToken') return { ...idTokenFailure(failure, surroundings), words };
  const index = attempt.hop?.index ?? indexAfter(attempt.callerArn, plan);
  const hop = plan.hops[index - 1] ?? plan.hops[0];
  const context: FailureContext = {
    ...{ failure, answer, plan, hop, index, surroundings },
    caller: plan.hops[index - 2],
    roles: roles ?? [hop.role],
  };
  const service = serviceOf(attempt, plan, surroundings);
  const own = answer.from === 'service' ? firstOf(context) : undefined;
  const network = own ? undefined : explainNetwork(failure, service, surroundings.environment);
  const explained = own ?? network ?? unknown(context, service.name);
  const facts = [...explained.facts, ...requestFacts(context), ...claimFacts(context)];
  const choice =
    network === undefined && isOfSource(context, explained) ? choiceStep(surroundings) : undefined;
  const steps = [choice, ...explained.steps].filter((step) => step !== undefined);
  return { ...explained, steps, facts, words };
}

/** A request that belongs to no hop is made by a role of the chain, where there is one: its place is after that. */
function indexAfter(callerArn: string | undefined, { hops }: Plan): number {
  return hops.findIndex(({ role, sessionName }) => assumedRoleArn(role, sessionName) === callerArn) + 2;
}

/** Whether another source might help: `auto` may not have chosen the one that was meant. Later hops have no choice. */
const isOfSource = ({ answer, index }: FailureContext, { title }: Report): boolean =>
  index === 1 && !answer.transient && !aboutTheRequest.has(title);

/** Failures that another source of credentials would have too. */
const aboutTheRequest: ReadonlySet<string> = new Set<Title>([
  ...(['MaxSessionDuration exceeded', 'Role not assumed', 'STS disabled in region', 'Clock skew'] as const),
  ...(['Session tag already inherited', 'Duplicate tag keys', 'Transitive tag not set'] as const),
  ...(['Packed policy too large', 'Malformed session policy', 'MFA code refused'] as const),
]);

const firstOf = (context: FailureContext): Report | undefined => {
  for (const one of explainers) {
    const found = one(context);
    if (found) return found;
  }
  return undefined;
};

const unknown = (context: FailureContext, service: string): Report =>
  report(
    isOrganizations(context) ? 'Organization not read' : 'Role not assumed',
    `${hopPrefix(context)}${isOrganizations(context) ? service : 'STS'} refused the request: ${context.answer.code}: ${context.answer.text}`,
  );

const idTokenFailure = (failure: RequestFailure, surroundings: Surroundings): Report =>
  explainNetwork(failure, idTokenService(surroundings.environment), surroundings.environment) ??
  idTokenRefused(failure, surroundings);

/** GitHub's own refusal. It says 403 to a job without the permission, and to one that has not quite begun. */
function idTokenRefused({ answer }: RequestFailure, surroundings: Surroundings): Report {
  return report(
    'OIDC token request refused',
    `GitHub's OIDC token service refused the request (${answer.code}: ${answer.text}): run the job again, and check its permissions if that does not help.`,
    {
      steps: [
        choiceStep(surroundings),
        'the permission: does the job have `id-token: write`, and, in a reusable workflow, the job that calls it?',
      ],
    },
  );
}
