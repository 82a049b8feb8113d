/** The claims of GitHub's ID tokens (GitHub Docs, "OpenID Connect reference", OIDC token claims). */

/** The facts of a job that are in its tokens. */
export interface GitHubFacts {
  readonly issuer?: string;
  /** `owner/name` */
  readonly repository?: string;
  readonly ref?: string;
  readonly environment?: string;
  readonly eventName?: string;
  readonly actor?: string;
  readonly runId?: string;
  /** Subjects with the ids of owner and repository, as in repositories made after 15 July 2026. */
  readonly immutableSubject?: boolean;
}

const ids = { owner: '1001', repository: '2002', actor: '3003' } as const;
const sha = '4f6f2f3b1d0e4a6c8b7a5d3c2e1f0a9b8c7d6e5f';

/** All claims but issuer, audience and times. */
export function claimsFor(facts: GitHubFacts): Record<string, unknown> {
  const {
    repository = 'acme/shop',
    ref = 'refs/heads/main',
    environment,
    eventName = 'push',
    actor = 'fred',
  } = facts;
  const [owner = '', name = ''] = repository.split('/');
  const workflow = `${repository}/.github/workflows/deploy.yml@${ref}`;
  return {
    sub: subjectOf(facts, owner, name, ref),
    repository,
    repository_id: ids.repository,
    repository_owner: owner,
    repository_owner_id: ids.owner,
    repository_visibility: 'private',
    ref,
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: 'false',
    sha,
    actor,
    actor_id: ids.actor,
    workflow: 'Deploy',
    workflow_ref: workflow,
    workflow_sha: sha,
    job_workflow_ref: workflow,
    job_workflow_sha: sha,
    event_name: eventName,
    run_id: facts.runId ?? '42',
    run_number: '7',
    run_attempt: '1',
    check_run_id: '5005',
    runner_environment: 'github-hosted',
    base_ref: '',
    head_ref: '',
    ...(environment === undefined ? {} : { environment }),
  };
}

function subjectOf(
  { environment, eventName, immutableSubject }: GitHubFacts,
  owner: string,
  name: string,
  ref: string,
): string {
  const escaped = (value: string): string => value.replaceAll(':', '%3A');
  const fullName = immutableSubject ? `${owner}@${ids.owner}/${name}@${ids.repository}` : `${owner}/${name}`;
  if (environment !== undefined) return `repo:${fullName}:environment:${escaped(environment)}`;
  return eventName === 'pull_request'
    ? `repo:${fullName}:pull_request`
    : `repo:${fullName}:ref:${escaped(ref)}`;
}
