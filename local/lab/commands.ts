import { resolve } from 'node:path';
import type { RecordedRequest } from '../aws/server.ts';
import { roleArn, type PolicyDocument, type PolicyStatement, type RoleSpec } from '../aws/spec.ts';
import { statementsOf } from '../aws/policy.ts';
import type { LocalServices } from '../services.ts';
import { shownAs } from '../terminal.ts';

/** The commands of the lab: what a person types to change the local AWS and to run workflows against it. */

/** The lab's services, and where its lines go. */
export interface Lab {
  readonly local: LocalServices;
  readonly accounts: readonly string[];
  readonly print: (line: string) => void;
  /** Trust policies as they were before `break`, by the role's ARN. */
  readonly before: Map<string, PolicyDocument>;
}

interface Command {
  readonly usage: string;
  readonly does: string;
  readonly run: (lab: Lab, words: readonly string[]) => void | Promise<void>;
}

const repository = resolve(import.meta.dirname, '..', '..');
const usualWorkflow = 'examples/customer-deployment.yml';

const commands: Readonly<Record<string, Command>> = {
  run: {
    usage: 'run [FILE]',
    does: `runs a workflow as a runner does (default: ${usualWorkflow})`,
    run: async ({ local, print }, [file = usualWorkflow]) => {
      const result = await local.run({
        workflow: resolve(repository, file),
        onStep: (name) => {
          print(`● ${name}`);
        },
        onLine: (line) => {
          print(`  ${shownAs(line)}`);
        },
      });
      print(`The job ended: ${result.conclusion}.`);
      result.cleanUp();
    },
  },
  roles: {
    usage: 'roles',
    does: 'lists the roles, and the conditions of their trust policies',
    run: (lab) => {
      for (const { arn, role } of rolesOf(lab))
        lab.print(
          `${arn}\n    ${JSON.stringify(statementsOf(role.trustPolicy).map(({ Condition }) => Condition ?? {}))}`,
        );
    },
  },
  role: {
    usage: 'role ACCOUNT NAME [SUBJECT]',
    does: "adds a role that admits GitHub's tokens with this subject (default: the subject of the next token)",
    run: ({ local, print }, [id = '', name = '', subject = String(local.github.claims['sub'])]) => {
      const account = local.aws.account(id);
      const url = local.github.issuer;
      const { oidcProviders = [] } = account.current;
      const provider = { url, clientIds: ['sts.amazonaws.com'] };
      const known = oidcProviders.some((one) => one.url === url);
      account.change((one) => ({
        ...one,
        oidcProviders: known ? oidcProviders : [...oidcProviders, provider],
        roles: [
          ...(one.roles ?? []),
          { name, trustPolicy: trustOf(id, url.replace('https://', ''), subject) },
        ],
      }));
      print(`Added ${roleArn(account.current, { name })}, which admits ${subject}.`);
    },
  },
  break: {
    usage: 'break ROLE',
    does: 'changes the trust policy of a role, so that it no longer admits its callers',
    run: (lab, [name = '']) => {
      const { arn, role } = roleNamed(lab, name);
      if (!lab.before.has(arn)) lab.before.set(arn, role.trustPolicy);
      changeTrust(lab, arn, broken(role.trustPolicy));
    },
  },
  mend: {
    usage: 'mend ROLE',
    does: 'restores the trust policy from before `break`',
    run: (lab, [name = '']) => {
      const { arn, role } = roleNamed(lab, name);
      changeTrust(lab, arn, lab.before.get(arn) ?? role.trustPolicy);
      lab.before.delete(arn);
    },
  },
  subject: {
    usage: 'subject SUBJECT',
    does: "sets the subject of GitHub's next tokens",
    run: ({ local, print }, [subject = '']) => {
      local.github.claims['sub'] = subject;
      print(`The next token has the subject ${subject}.`);
    },
  },
  requests: {
    usage: 'requests',
    does: 'lists all requests that this AWS has answered',
    run: ({ local, print }) => {
      for (const request of local.aws.requests) print(requestLine(request));
    },
  },
  help: {
    usage: 'help',
    does: 'lists the commands; `quit` ends the lab',
    run: ({ print }) => {
      for (const { usage, does } of Object.values(commands)) print(`  ${usage.padEnd(28)} ${does}`);
    },
  },
};

/** Runs one line that was typed. What goes wrong is printed. */
export async function obey(lab: Lab, line: string): Promise<void> {
  const [name = '', ...words] = line.trim().split(/\s+/);
  if (name === '') return;
  const command = commands[name];
  try {
    if (command === undefined) throw new Error(`There is no command ${name}. Type \`help\`.`);
    await command.run(lab, words);
  } catch (error) {
    lab.print(error instanceof Error ? error.message : String(error));
  }
}

/** `AssumeRole 403 AccessDenied, role …, by …` */
export function requestLine({
  service,
  action,
  status,
  errorCode,
  params,
  callerArn,
}: RecordedRequest): string {
  const role = params['RoleArn'] ?? params['RoleName'];
  return [
    `${service}:${action} ${status}${errorCode === undefined ? '' : ` ${errorCode}`}`,
    ...(role === undefined ? [] : [`role ${role}`]),
    ...(callerArn === undefined ? [] : [`by ${callerArn}`]),
  ].join(', ');
}

function rolesOf({ local, accounts }: Lab): { arn: string; id: string; role: RoleSpec }[] {
  return accounts.flatMap((id) => {
    const { current } = local.aws.account(id);
    return (current.roles ?? []).map((role) => ({ arn: roleArn(current, role), id, role }));
  });
}

/** By its name or ARN. @throws Error for a role that does not exist */
function roleNamed(lab: Lab, name: string): { arn: string; id: string; role: RoleSpec } {
  const found = rolesOf(lab).find(({ arn, role }) => role.name === name || arn === name);
  if (found === undefined) throw new Error(`There is no role ${name}. Type \`roles\`.`);
  return found;
}

function changeTrust(lab: Lab, arn: string, trustPolicy: PolicyDocument): void {
  const { id, role } = roleNamed(lab, arn);
  lab.local.aws.account(id).change((one) => ({
    ...one,
    roles: (one.roles ?? []).map((each) => (each === role ? { ...each, trustPolicy } : each)),
  }));
  lab.print(`The trust policy of ${arn} is now:\n${JSON.stringify(trustPolicy, null, 2)}`);
}

/** Another subject, or another external id, as after a typo or a rename. */
function broken(policy: PolicyDocument): PolicyDocument {
  const isNamed = (key: string): boolean => /:(?:sub|ExternalId)$/.test(key);
  const changed = ({ Condition, ...statement }: PolicyStatement): PolicyStatement => ({
    ...statement,
    ...(Condition && {
      Condition: Object.fromEntries(
        Object.entries(Condition).map(([operator, keys]) => [
          operator,
          Object.fromEntries(
            Object.entries(keys).map(([key, value]) => [key, isNamed(key) ? 'another-value' : value]),
          ),
        ]),
      ),
    }),
  });
  return { ...policy, Statement: statementsOf(policy).map(changed) };
}

function trustOf(id: string, provider: string, subject: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${id}:oidc-provider/${provider}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com', [`${provider}:sub`]: subject } },
    },
  };
}
