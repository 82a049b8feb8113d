// The package's front door also loads an API client of half a megabyte, of which nothing is needed.
import { Context } from '../../node_modules/@actions/github/lib/context.js';
import type { WorkflowFacts } from '../request/request.ts';

/** What GitHub says of the workflow that this step belongs to. */

/** Facts for the session's name and tags; what the runner does not say is an empty text. */
export function workflowFacts(environment: NodeJS.ProcessEnv): WorkflowFacts {
  const context = new Context();
  const repository = environment['GITHUB_REPOSITORY'] ?? '';
  const run = environment['GITHUB_RUN_ID'] ?? '';
  const facts = {
    Repository: repository,
    Workflow: context.workflow,
    Ref: context.ref,
    Commit: context.sha,
    Actor: context.actor,
    RunId: run,
    Job: context.job,
    EventName: context.eventName,
  };
  return {
    sessionName: repository === '' ? `github-actions@${run}` : `${repository.replace('/', '.')}@${run}`,
    tags: Object.entries(facts).map(([key, value]) => ({ key, value })),
  };
}

/** Whether the run belongs to a pull request from a fork, by the event that the runner keeps in a file. */
export function isFromFork(environment: NodeJS.ProcessEnv): boolean {
  try {
    const { pull_request: request } = new Context().payload as {
      pull_request?: { head?: { repo?: { full_name?: string } | null } };
    };
    return request !== undefined && request.head?.repo?.full_name !== environment['GITHUB_REPOSITORY'];
  } catch {
    return false;
  }
}
