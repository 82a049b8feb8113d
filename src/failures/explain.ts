import { isWebIdentity, type Plan } from '../aws/plan.ts';
import type { RequestFailure } from '../sts/errors.ts';
import { partitionById } from '../aws/partitions.ts';
import { assumeRoleAnswers } from './assume-role.ts';
import { tried, type Explanation, type KnownAnswer, type FailureContext } from './explanation.ts';
import { endpointSettings, explainNetwork } from './network.ts';
import { parameterAnswers } from './parameters.ts';
import { providerAnswers } from './identity-provider.ts';
import { webIdentityAnswers } from './web-identity.ts';

/** Every answer that is known; the first that matches explains. */
const known: readonly KnownAnswer[] = [
  ...providerAnswers,
  ...webIdentityAnswers,
  ...parameterAnswers,
  ...assumeRoleAnswers,
];

/** What a failed request of a chain means, and how to mend it. Pure: everything it says is in failure and plan. */
export function explain(failure: RequestFailure, plan: Plan): Explanation {
  const index = failure.attempt.hop?.index ?? 1;
  const { answer } = failure;
  const context: FailureContext = {
    failure,
    answer,
    plan,
    hop: plan.hops[index - 1] ?? plan.hops[0],
    caller: plan.hops[index - 2],
    index,
  };
  const found = known.find(({ matches }) => matches(answer, context));
  return (
    found?.explain(context) ??
    explainNetwork(failure, { host: endpointInWords(plan), setting: endpointSettings }) ??
    unknown(context)
  );
}

/** STS's host, as it is asked. */
function endpointInWords({ sts, hops }: Plan): string {
  const region = `STS in ${sts.region}`;
  if (sts.endpoint !== undefined) return `${region} (${sts.endpoint})`;
  const partition = partitionById(hops[0].role.partition);
  return partition?.id === 'aws' ? `${region} (sts.${sts.region}.amazonaws.com)` : region;
}

function unknown(context: FailureContext): Explanation {
  const what = isWebIdentity(context.plan.base.kind) && context.index === 1 ? 'the token' : 'the request';
  return {
    title: 'Role not assumed',
    advice: `STS refused ${what} for a reason of its own: its message says which.`,
    parts: [tried(context)],
  };
}
