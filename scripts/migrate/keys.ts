import type { Effective } from './effective.ts';
import { shown } from './draft.ts';
import { expressionOf, isOpen } from './expressions.ts';
import { defaultName } from './pins.ts';

/** Steps that export an IAM user's keys as they are: what does the same without any action, and the way to OIDC. */

const variables: Readonly<Record<string, readonly string[]>> = {
  'aws-access-key-id': ['AWS_ACCESS_KEY_ID'],
  'aws-secret-access-key': ['AWS_SECRET_ACCESS_KEY'],
  'aws-session-token': ['AWS_SESSION_TOKEN'],
  'aws-region': ['AWS_REGION', 'AWS_DEFAULT_REGION'],
};

/** Inputs whose values are never shown. */
const secrets = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];

/**
 * Why a step without a role is left, and what could take its place.
 * @param readsOutputs whether the file reads the step's outputs
 */
export function withoutRole(theirs: Effective, readsOutputs: boolean): string {
  if (theirs.value('aws-access-key-id').kind === 'absent')
    return 'This step was left as it is, because it names no role and no keys. This action always assumes a role: add role-to-assume and run the script again, or leave the step out if the runner has what later steps need.';
  const pairs = Object.entries(variables).flatMap(([name, targets]) => pairsOf(name, targets, theirs));
  const where =
    theirs.surroundings.isComposite || pairs.some(([, text]) => isLateIn(text))
      ? 'Setting env: for each step that uses the keys'
      : "The job's env:";
  if (pairs.length === 0)
    return 'This step was left as it is, because it assumes no role, and this action always assumes one. It exports only what env: in this file sets already. Remove the step if nothing reads its outputs.';
  return [
    ...warningOf(theirs),
    `This step was left as it is, because it exports keys without assuming a role, and this action always assumes one. ${where} does the same without an action:`,
    'env:',
    ...pairs.map(([target, text]) => `  ${target}: ${text}`),
    ...remainderOf(theirs, readsOutputs),
  ].join('\n');
}

/** What an input becomes in an `env:`. A variable that the file sets already is left out. */
function pairsOf(name: string, targets: readonly string[], theirs: Effective): [string, string][] {
  const value = theirs.value(name);
  if (value.kind === 'absent') return [];
  const isSecret = value.kind === 'known' && secrets.includes(name);
  const { source, text } = withoutEnv(value.text.trim(), theirs);
  return targets.flatMap((target): [string, string][] =>
    target === source || isSet(target, text, theirs)
      ? []
      : [[target, isSecret ? `\${{ secrets.${target} }}` : text]],
  );
}

function isSet(target: string, text: string, theirs: Effective): boolean {
  const found = theirs.surroundings.variable(target, undefined);
  return found.kind !== 'absent' && found.text.trim() === text;
}

/** `${{ env.X }}` as the file sets X, because the `env:` of a job cannot read other variables. */
function withoutEnv(text: string, theirs: Effective): { source: string | undefined; text: string } {
  const [, source = ''] = /^env\.([\w-]+)$/i.exec(expressionOf(text) ?? '') ?? [];
  const value = theirs.surroundings.variable(source, undefined);
  return value.kind === 'absent' ? { source: undefined, text } : { source, text: value.text.trim() };
}

/** Whether an expression reads what is known only while the job runs (docs of GitHub Actions, "Context availability"). */
const isLateIn = (text: string): boolean => isOpen(text) && /\b(env|steps|runner|job)\s*[.[]/i.test(text);

const warningOf = (theirs: Effective): string[] =>
  secrets.some((name) => theirs.value(name).kind === 'known')
    ? [
        'Keys are written in this file, where anyone who can read the repository can use them. Deactivate them, and store new ones as secrets.',
      ]
    : [];

/** What variables cannot do. */
function remainderOf(theirs: Effective, readsOutputs: boolean): string[] {
  const profile = theirs.value('aws-profile');
  return [
    ...(readsOutputs
      ? [
          "Variables have no outputs, and this file reads the step's outputs. To get the account id, run: aws sts get-caller-identity --query Account --output text",
        ]
      : []),
    ...(profile.kind === 'absent'
      ? []
      : [`They also make no profile. Remove --profile ${shown(profile)} and AWS_PROFILE from later steps.`]),
  ];
}

/** The way from keys to OIDC, once for all steps that have keys. */
export const wayToOidc = `Access keys do not expire, and anyone who reads one can use it anywhere. Three commands replace them
with a role that this repository assumes with GitHub's OIDC token (put in your repository, branch and policy):

  curl -fsSLO https://raw.githubusercontent.com/${defaultName}/v1/templates/cloudformation/direct.yaml
  aws cloudformation deploy --stack-name github-deploy --template-file direct.yaml \\
    --capabilities CAPABILITY_NAMED_IAM --parameter-overrides Subjects=repo:OWNER/REPO:ref:refs/heads/main \\
    ManagedPolicyArns=arn:aws:iam::aws:policy/POLICY
  gh variable set AWS_ROLE_ARN --repo OWNER/REPO \\
    --body "$(aws iam get-role --role-name github-deploy --query Role.Arn --output text)"

Then give the job "permissions: { id-token: write, contents: read }", and replace the step by:

  - uses: ${defaultName}@v1
    with:
      role-arn: \${{ vars.AWS_ROLE_ARN }}
      region: us-east-1

All steps, and what to check before you delete the keys:
https://github.com/${defaultName}/blob/v1/docs/access-keys-to-oidc.md`;
