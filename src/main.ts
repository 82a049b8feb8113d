import { openTokenService } from './sources/open-token-service.ts';

/** The step. Its first connection is opened before most of its code is loaded: see `delivery/run-step.ts`. */
export async function main(environment: NodeJS.ProcessEnv): Promise<void> {
  const ahead = await openTokenService(environment);
  const { runStep } = await import(/* webpackChunkName: 'step' */ './delivery/run-step.ts');
  await runStep(environment, ahead);
}
