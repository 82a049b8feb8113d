import { inputNames } from '../../../src/request/inputs.ts';
import type { Surroundings } from '../../../src/request/request.ts';
import type { Inputs } from '../../../src/request/settings.ts';
import { Problems } from '../../../src/request/problems.ts';

/** Inputs of which only some are given. */
export function given(some: Partial<Inputs> = {}): Inputs {
  return { ...(Object.fromEntries(inputNames.map((name) => [name, ''])) as Inputs), ...some };
}

/** Surroundings with an ID token, in which every file can be read. */
export function surroundings(more: Partial<Surroundings> = {}): Surroundings {
  return {
    environment: {},
    facts: () => ({ sessionName: 'acme.shop@42', tags: [{ key: 'Actor', value: 'octo[bot]' }] }),
    problems: [],
    profiles: undefined,
    readAccountList: undefined,
    origin: { AWS_PROFILE: 'mine' },
    idToken: true,
    resolve: (path) => `/work space/${path}`,
    unreadable: () => undefined,
    ...more,
  };
}

/** What a check finds: `input: text`. */
export function found(check: (problems: Problems) => unknown): string[] {
  const problems = new Problems();
  check(problems);
  return problems.all.map(({ input, text }) => `${input}: ${text}`);
}
