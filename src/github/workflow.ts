import { statSync } from 'node:fs';

/** What GitHub says of the workflow that this step belongs to. */

/**
 * Facts about the run, from the runner's variables (GitHub Docs, "Variables reference"); `''` for what it does not say. The
 * name of the job's environment is in none of them.
 */
export function workflowFacts(environment: NodeJS.ProcessEnv) {
  const fact = (name: string): string => environment[`GITHUB_${name}`] ?? '';
  const repository = fact('REPOSITORY');
  const [owner = '', repo = ''] = repository.split('/');
  return {
    ...{ owner, repo, repository },
    ref: fact('REF'),
    ref_name: fact('REF_NAME'),
    sha: fact('SHA'),
    actor: fact('ACTOR'),
    workflow: fact('WORKFLOW'),
    job: fact('JOB'),
    run_id: fact('RUN_ID'),
    run_attempt: fact('RUN_ATTEMPT'),
    event_name: fact('EVENT_NAME'),
    environment: '',
  };
}

/**
 * The `id` of the step, or the name that the runner makes from its action: `__acme_build`, `__acme_build_2` (GitHub Docs,
 * "Variables reference", GITHUB_ACTION); `''` where the runner sets none.
 */
export const stepName = (environment: NodeJS.ProcessEnv): string => environment['GITHUB_ACTION'] ?? '';

interface PullRequestEvent {
  readonly pull_request?: { readonly head?: { readonly repo?: { readonly full_name?: string } | null } };
}

/** Bytes (GitHub Docs, "Webhook events and payloads": payloads are capped at 25 MB). */
const largestEvent = 25 * 1024 * 1024;

/** The event that started the run; nothing before {@link loadEvent}. */
let event: PullRequestEvent = {};

/**
 * Reads the event, which the runner keeps in a file, with `@actions/github`. Only explanations need it, so it is not read
 * before one is written. A file that is missing or not JSON is an event of which nothing is known.
 */
export async function loadEvent(environment: NodeJS.ProcessEnv): Promise<void> {
  event = {};
  // The package prints a line on stdout where there is no file, and throws where it is not JSON.
  try {
    const stats = statSync(environment['GITHUB_EVENT_PATH'] ?? '');
    if (!stats.isFile() || stats.size > largestEvent) return;
    const { context } = await import(/* webpackChunkName: 'event' */ '@actions/github');
    const Context = context.constructor as new () => { payload: PullRequestEvent };
    event = new Context().payload;
  } catch {
    // Nothing is known.
  }
}

/**
 * Whether the run belongs to a pull request from a fork, and so gets no secrets. `pull_request_target` gets them (GitHub
 * Docs, "Events that trigger workflows").
 */
export function isFromFork(environment: NodeJS.ProcessEnv): boolean {
  const { pull_request: request } = event;
  if (environment['GITHUB_EVENT_NAME'] === 'pull_request_target') return false;
  return request !== undefined && request.head?.repo?.full_name !== environment['GITHUB_REPOSITORY'];
}
