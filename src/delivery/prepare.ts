import { sharedKey } from '../chain/assume-targets.ts';
import { secret } from '../github/masks.ts';
import { destroyStepFolder } from '../profiles/destroy.ts';
import { newKey } from '../profiles/encrypt.ts';
import { makeStepFolder, stepFolder } from '../profiles/folder.ts';
import type { PreparedProfiles } from '../profiles/plan-files.ts';
import { secretsOf } from '../sources/sources.ts';
import type { DeliveryContext } from './put.ts';

/** What a step with profiles writes while its requests to STS are under way. */

/**
 * Runs what assumes and delivers, and prepares profiles beside it. Where that fails nothing of them is left.
 * @param run gives all or nothing: where it fails, the job has got nothing
 * @throws what `run` throws
 */
export async function besidePreparing<Result>(
  context: DeliveryContext,
  run: (context: DeliveryContext) => Promise<Result>,
): Promise<Result> {
  if (context.request.delivery.kind === 'keys') return run(context);
  const prepared = prepareProfiles(context);
  // Delivery waits for it, and finds out then.
  prepared.catch(() => undefined);
  try {
    return await run({ ...context, prepared });
  } catch (error) {
    await Promise.allSettled([prepared]);
    await destroyStepFolder(context.temp, stepFolder(context.temp, context.identity.id));
    throw error;
  }
}

/**
 * Makes the step's folder and what can be written of its profiles before their roles are assumed.
 * @throws ActionError folder-unusable; the system's error where a file cannot be written
 */
export async function prepareProfiles({
  request,
  temp,
  identity,
}: DeliveryContext): Promise<PreparedProfiles> {
  const { writePlans } = await import(/* webpackChunkName: 'profiles' */ '../profiles/plan-files.ts');
  const { targets, step } = request;
  const hasSecrets = secretsOf(request.base).length > 0;
  const shares = Map.groupBy(targets, sharedKey);
  const sharedHops = [...shares.values()].flatMap((alike) =>
    alike.map((target) => [target, alike.length > 1 ? target.sharedHops : 0] as const),
  );
  const sharedHopsOf = new Map(sharedHops);
  const key = hasSecrets || sharedHops.some(([, count]) => count > 0) ? newKey() : undefined;
  if (key !== undefined) secret(key);
  const folder = makeStepFolder(temp, identity);
  const planned = targets.map((target) => ({
    plan: target.plan,
    sharedHops: sharedHopsOf.get(target) ?? 0,
    key: hasSecrets ? key : undefined,
  }));
  await writePlans(folder, planned, { limits: step.limits, jobSummary: step.jobSummary });
  return { folder, key };
}
