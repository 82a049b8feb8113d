import { steps, text, type Part } from './explanation.ts';
import { isFromFork } from '../github/workflow.ts';

/** Why a job may have no way to GitHub's OIDC token, and the lines to paste (GitHub Docs, "OpenID Connect reference"). */
export function idTokenAdvice(environment: NodeJS.ProcessEnv): Part[] {
  if (isFromFork(environment)) {
    return [
      text(
        'This run belongs to a pull request from a fork: GitHub gives such runs neither an ID token nor secrets.',
      ),
    ];
  }
  return [
    text("For GitHub's OIDC token, give the job (or the workflow) this permission:"),
    { kind: 'code', language: 'yaml', code: 'permissions:\n  id-token: write\n  contents: read' },
    steps(
      'naming one permission sets all others to none: keep the ones that the job needs',
      'in a reusable workflow, the job that calls it must grant the permission too',
      'a pull request from a fork gets no ID token and no secrets',
    ),
  ];
}
