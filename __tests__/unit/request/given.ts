import { defaults, type GivenInputs, type InputName, type Inputs } from '../../../src/request/inputs.ts';
import type { WorkflowFacts } from '../../../src/request/placeholders.ts';
import type { RequestFacts } from '../../../src/request/request.ts';
import { Problems } from '../../../src/request/problems.ts';

/** Inputs as the runner passes them, of which only some are given. */
export const given = (some: Partial<Record<InputName, string>> = {}): GivenInputs => some;

/** Inputs as readers see them, of which only some are given. */
export const inputsOf = (some: Partial<Inputs> = {}): Inputs => ({ ...defaults, ...some });

/** A run of the workflow Deploy in acme/shop. */
export const facts: WorkflowFacts = {
  ...{ owner: 'acme', repo: 'shop', repository: 'acme/shop' },
  ...{ ref: 'refs/heads/feature/#2', ref_name: 'feature/#2', sha: 'abc123', actor: 'octo[bot]' },
  ...{
    workflow: 'Deploy',
    job: 'deploy',
    run_id: '42',
    run_attempt: '1',
    event_name: 'push',
    environment: '',
  },
};

/** RequestFacts with an ID token, in which every file can be read. */
export function surroundings(more: Partial<RequestFacts> = {}): RequestFacts {
  return {
    environment: {},
    facts: () => facts,
    problems: [],
    profiles: undefined,
    lists: undefined,
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
