import type { Request } from '../request/request.ts';
import type { Surroundings } from './explanation.ts';

/** What explanations may use besides the request that failed. @param request undefined where the inputs made none */
export const surroundingsOf = (
  request: Request | undefined,
  environment: NodeJS.ProcessEnv,
): Surroundings => ({
  environment,
  choice: request?.choice,
  list: request?.list,
  organizations: request?.organization?.settings,
  roles: request?.targets.flatMap(({ plan }) => plan.hops.map(({ role }) => role)),
});
