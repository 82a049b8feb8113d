import type { StepIdentity } from '../../../src/profiles/folder.ts';

/** Step identities for tests: a UUID and a nonce of this number. */
export const identity = (number: number): StepIdentity => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  nonce: String(number).padStart(43, 'n'),
});
