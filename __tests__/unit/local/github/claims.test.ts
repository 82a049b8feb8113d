import { expect, test } from '@jest/globals';
import { claimsFor, type GitHubFacts } from '../../../../local/github/claims.ts';

test.each<[GitHubFacts, string]>([
  [{}, 'repo:acme/shop:ref:refs/heads/main'],
  [{ ref: 'refs/tags/v1' }, 'repo:acme/shop:ref:refs/tags/v1'],
  [{ eventName: 'pull_request' }, 'repo:acme/shop:pull_request'],
  [{ eventName: 'pull_request', environment: 'live' }, 'repo:acme/shop:environment:live'],
  [{ environment: 'eu:live' }, 'repo:acme/shop:environment:eu%3Alive'],
  [{ repository: 'o/r', immutableSubject: true }, 'repo:o@1001/r@2002:ref:refs/heads/main'],
])('%j', (facts, subject) => {
  expect(claimsFor(facts)['sub']).toBe(subject);
});

test('what GitHub documents is there', () => {
  const claims = claimsFor({
    repository: 'o/r',
    environment: 'live',
    ref: 'refs/tags/v1',
    actor: 'ann',
    runId: '9',
  });
  expect(Object.keys(claims).sort()).toEqual([
    'actor',
    'actor_id',
    'base_ref',
    'check_run_id',
    'environment',
    'event_name',
    'head_ref',
    'job_workflow_ref',
    'job_workflow_sha',
    'ref',
    'ref_protected',
    'ref_type',
    'repository',
    'repository_id',
    'repository_owner',
    'repository_owner_id',
    'repository_visibility',
    'run_attempt',
    'run_id',
    'run_number',
    'runner_environment',
    'sha',
    'sub',
    'workflow',
    'workflow_ref',
    'workflow_sha',
  ]);
  expect(claims).toMatchObject({
    repository_owner: 'o',
    ref_type: 'tag',
    actor: 'ann',
    run_id: '9',
    environment: 'live',
  });
  expect(claimsFor({})).not.toHaveProperty('environment');
});
