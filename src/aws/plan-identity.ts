import { identityPartsOf } from './hop-settings.ts';
import type { Plan } from './plan.ts';

/**
 * Two plans with the same identity yield interchangeable credentials: the same roles, session names, tags, source
 * identity and policies. The base, the durations and the endpoint do not matter.
 */
export function identityOf(plan: Plan): string {
  return JSON.stringify(plan.hops.map((hop) => [hop.role.text, ...identityPartsOf(hop)]));
}
