import { assume, chain, stepOf, workflow } from '../../__tests__/workflows.ts';
import { deployed } from '../../local/aws/cloudformation.ts';
import type { AccountSpec } from '../../local/aws/spec.ts';
import type { StepResult } from '../../local/runner/result.ts';
import { defaultAccounts, startLocalServices } from '../../local/services.ts';

/** The steps that the pictures show, run against the local AWS. */

/** Runs the step of this action by itself. @param accounts default: the hub and the customer */
export async function stepWith(
  inputs: Record<string, string>,
  accounts?: readonly AccountSpec[],
): Promise<StepResult> {
  const local = await startLocalServices({
    github: { immutableSubject: true },
    ...(accounts === undefined ? {} : { spec: { accounts } }),
  });
  try {
    const result = await local.run({
      workflow: workflow(assume({ ...inputs, 'job-summary': 'always' }, { id: 'aws' })),
    });
    result.cleanUp();
    return stepOf(result);
  } finally {
    await local.close();
  }
}

/** The lines below the inputs, without the endpoint of the local AWS, and without the ends of groups, which GitHub hides. */
export function ownLines({ lines }: StepResult): string[] {
  const begin = lines.indexOf('##[endgroup]') + 1;
  return lines
    .slice(begin)
    .filter((line) => line !== '##[endgroup]')
    .map((line) => line.replace(/ STS endpoint: http:\/\/127.*$/, ''));
}

const subject = 'repo:acme@1001/shop@2002:ref:refs/heads/main';
export const hub = (): AccountSpec => deployed('hub', { Subjects: subject }, { id: '111111111111' });

/** The input of a step that assumes one role. */
export const direct = {
  'role-arn': 'arn:aws:iam::111111111111:role/github-deploy',
  'credential-source': 'oidc',
  region: 'eu-west-1',
};

/** The step whose role admits another subject, for its log and its summary. */
export function deniedStep(): Promise<StepResult> {
  const role = deployed('direct', { Subjects: 'repo:acme/shop:ref:refs/heads/main' }, { id: '111111111111' });
  return stepWith(direct, [role]);
}

/** The log of a step down to the policy to paste. The rest is on the page about failures. */
export function untilPolicy(step: StepResult): string[] {
  const lines = ownLines(step);
  return lines.slice(0, lines.findIndex((line) => line.startsWith('aws iam update-assume-role-policy')) + 1);
}

/** The step that assumes a customer's role through the hub. */
export function chainStep(): Promise<StepResult> {
  const [, customer] = defaultAccounts();
  return stepWith(chain, [hub(), ...(customer ? [customer] : [])]);
}

/** What a picture shows, without what differs from run to run. */
export const lasting = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'REQUEST-ID');
