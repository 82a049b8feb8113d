import { quoted } from '../text/quote.ts';
import { partitionById, partitions } from './partitions.ts';

/**
 * Role ARNs as people write them and assumed-role ARNs as STS answers them.
 * Form and limits: IAM User Guide, "IAM identifiers" and "IAM and AWS STS quotas" (name 64, path 512).
 */

/** A role's ARN, taken apart. */
export interface RoleArn {
  readonly text: string;
  readonly partition: string;
  /** 12 digits. */
  readonly accountId: string;
  /** `/` or `/a/b/`. */
  readonly path: string;
  /** The last segment; case sensitive. */
  readonly name: string;
}

/** 12 digits. */
export const accountIdPattern = /^\d{12}$/;

/** Characters (AWS STS API Reference, AssumeRole, RoleArn). */
const longest = 2048;

const roleArn = /^arn:([a-z-]+):iam::(\d{12}):role(\/(?:[!-~]+\/)?)([A-Za-z0-9_+=,.@-]+)$/;
const policyArn = /^arn:([a-z-]+):iam::(\d{12}|aws):policy\/[!-~]+$/;

/**
 * Reads a role's ARN.
 * @returns the ARN, or the rule it breaks with its repair, as words that follow the quoted value
 */
export function parseRoleArn(text: string): RoleArn | string {
  if (text.length > longest)
    return `is not a role ARN: it has ${text.length} characters, and at most ${longest} are allowed`;
  // A role's name may hold commas, and its path anything: two ARNs on a line would pass for one.
  if (text.split('arn:').length > 2) return 'contains more than one ARN: write one a line';
  const [, partition, accountId, path, name] = roleArn.exec(text) ?? [];
  if (!partition || !accountId || !path || !name) return `is not a role ARN: ${whyNotRole(text)}`;
  if (!partitionById(partition)) return `is not a role ARN: ${unknownPartition(partition)}`;
  if (name.length > 64)
    return `is not a role ARN: the role's name has ${name.length} characters, and at most 64 are allowed`;
  if (path.length > 512)
    return `is not a role ARN: the path has ${path.length} characters, and at most 512 are allowed`;
  return { text, partition, accountId, path, name };
}

/** The ARN that STS must answer with for a session of this role: the path is dropped (IAM identifiers). */
export function assumedRoleArn(role: RoleArn, sessionName: string): string {
  return `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`;
}

/**
 * Reads a managed policy's ARN.
 * @returns partition and account (`aws` for AWS's own policies), or undefined
 */
export function parsePolicyArn(text: string): { partition: string; accountId: string } | undefined {
  const [, partition, accountId] = policyArn.exec(text) ?? [];
  return partition && accountId && partitionById(partition) ? { partition, accountId } : undefined;
}

const unknownPartition = (id: string): string =>
  `${quoted(id)} is not an AWS partition. The partitions are ${partitions.map((one) => one.id).join(', ')}`;

/** The first thing wrong, in the order in which the eye reads an ARN. */
function whyNotRole(text: string): string {
  const [, partition = ''] = text.split(':');
  const wrong = prefixFault(text) ?? (partitionById(partition) ? resourceFault(text) : undefined);
  return wrong ? `${wrong}, as in ${exampleFor(text)}` : unknownPartition(partition);
}

function prefixFault(text: string): string | undefined {
  if (/^["'`].*["'`]$/.test(text)) return 'it is in quotes, which are part of the value here';
  if (text.includes('${{')) return 'it contains an expression that GitHub has not evaluated';
  if (/\s/.test(text)) return 'it contains white space';
  if (text.startsWith('arn:')) return undefined;
  return /^arn:/i.test(text) ? 'it must be in lower case' : 'it must begin with "arn:"';
}

function resourceFault(text: string): string {
  const [, , service = '', region, accountId = '', ...resource] = text.split(':');
  if (service === 'sts') return 'it names a session (sts, assumed-role): give the role that was assumed';
  if (service !== 'iam') return `it is an ARN of ${quoted(service)}, but roles belong to iam`;
  // `arn:aws:iam:666666:role/X` has one colon too few, so the account is in the place of the region.
  if (region !== '' && accountIdPattern.test(accountId))
    return `it contains the region ${quoted(region ?? '')}, but role ARNs have none`;
  if (region !== '' || !accountIdPattern.test(accountId)) {
    return 'the account id must be 12 digits, with two colons before it and one after it';
  }
  const [kind = ''] = resource.join(':').split('/');
  if (kind !== 'role') return `it names ${quoted(kind)}, not a role`;
  if (/\/$|^role$|\/\//.test(resource.join(':'))) return "the role's name, or a part of its path, is missing";
  return "the role's name may contain only letters, digits and _ + = , . @ -";
}

/** A right ARN with as much of the wrong one in it as can be made out. */
function exampleFor(text: string): string {
  const partition = /^arn:([a-z-]+):/i.exec(text)?.[1]?.toLowerCase() ?? 'aws';
  const accountId = /(?<!\d)\d{12}(?!\d)/.exec(text)?.[0] ?? '123456789012';
  const session = /:assumed-role\/([\w+=,.@-]+)\//.exec(text)?.[1];
  const name =
    session ?? /role\/((?:[!-~]+\/)?[\w+=,.@-]+)["'`\s]*$/i.exec(text)?.[1] ?? bareName(text) ?? 'ROLE-NAME';
  return `arn:${partitionById(partition) ? partition : 'aws'}:iam::${accountId}:role/${name}`;
}

/** A name alone, without an ARN around it. */
function bareName(text: string): string | undefined {
  return /^(?!\d{12}$|arn$)[\w+=,.@-]{1,64}$/i.test(text) ? text : undefined;
}
