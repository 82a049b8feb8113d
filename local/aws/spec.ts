/** The specification of a local AWS: accounts with users, roles and identity providers, and an organization. Plain data. */

/** A policy document as IAM reads it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** A value in a condition. IAM compares JSON's booleans and numbers as strings. */
export type PolicyValue = string | boolean | number;

/** One statement; every field may be one value or a list. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, PolicyValue | readonly PolicyValue[]>>>
  >;
}

/** An IAM user with one access key. */
export interface UserSpec {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly disabled?: boolean;
  readonly mfa?: { readonly serialNumber: string; readonly tokenCode: string };
  /** The account's root user. */
  readonly root?: boolean;
  /** Default: everything of STS. */
  readonly permissions?: PolicyDocument;
  readonly permissionsBoundary?: PolicyDocument;
}

/** An IAM role. */
export interface RoleSpec {
  readonly name: string;
  /** Default `/`. */
  readonly path?: string;
  /** Seconds; default 3600. */
  readonly maxSessionSeconds?: number;
  readonly trustPolicy: PolicyDocument;
  /** Default: everything of STS. */
  readonly permissions?: PolicyDocument;
  readonly permissionsBoundary?: PolicyDocument;
}

/** An account. */
export interface AccountSpec {
  /** 12 digits. */
  readonly id: string;
  /** Default `aws`. */
  readonly partition?: string;
  readonly users?: readonly UserSpec[];
  readonly roles?: readonly RoleSpec[];
  /** Customer managed policies. */
  readonly managedPolicies?: readonly { readonly arn: string; readonly document: PolicyDocument }[];
  readonly oidcProviders?: readonly { readonly url: string; readonly clientIds: readonly string[] }[];
  readonly stsDisabledRegions?: readonly string[];
}

/** An organizational unit. */
export interface UnitSpec {
  /** `ou-abcd-12345678` */
  readonly id: string;
  readonly name: string;
  /** The id of the root or of another unit. */
  readonly parentId: string;
}

/** An account of an organization. */
export interface MemberSpec {
  readonly accountId: string;
  readonly name: string;
  /** Default: made from the account's id. */
  readonly email?: string;
  /** The id of the root or of a unit; default: the root. */
  readonly parentId?: string;
  /** Default ACTIVE. */
  readonly state?: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'PENDING_ACTIVATION' | 'CLOSED';
  readonly tags?: Readonly<Record<string, string>>;
}

/** A policy of an organization: an SCP or an RCP. */
export interface OrganizationPolicySpec {
  /** `p-12345678` */
  readonly id: string;
  readonly type: 'service_control_policy' | 'resource_control_policy';
  readonly document: PolicyDocument;
  /** Ids of the root, of units and of accounts. */
  readonly targets: readonly string[];
  /** Whether the targets do not have the policy that allows everything, which AWS attaches by default. */
  readonly replacesFullAccess?: boolean;
}

/** An organization. */
export interface OrganizationSpec {
  /** `o-` and 10 to 32 lower-case letters or digits. */
  readonly id: string;
  readonly managementAccountId: string;
  /** `r-` and 4 to 32 lower-case letters or digits. */
  readonly rootId: string;
  readonly units?: readonly UnitSpec[];
  /** Including the management account. */
  readonly members: readonly MemberSpec[];
  readonly policies?: readonly OrganizationPolicySpec[];
  /** Accounts that may read the organization besides the management account. */
  readonly delegatedAdministrators?: readonly string[];
}

/** The whole specification. */
export interface AwsSpec {
  readonly accounts: readonly AccountSpec[];
  readonly organization?: OrganizationSpec;
}

/** The default permissions of an identity. */
export const allOfSts: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:*', Resource: '*' },
};

/** A role with its account. */
export interface AccountRole extends RoleSpec {
  readonly account: AccountSpec;
  readonly arn: string;
  /** `AROA` and 17 more; stable. */
  readonly id: string;
}

/** The role with exactly this ARN, case included. */
export function roleByArn(spec: AwsSpec, arn: string): AccountRole | undefined {
  for (const account of spec.accounts) {
    for (const role of account.roles ?? []) {
      if (roleArn(account, role) === arn) return { ...role, account, arn, id: stableId('AROA', arn) };
    }
  }
  return undefined;
}

/** `arn:aws:iam::111111111111:role/path/name` */
export function roleArn(account: AccountSpec, role: Pick<RoleSpec, 'name' | 'path'>): string {
  return `arn:${account.partition ?? 'aws'}:iam::${account.id}:role${role.path ?? '/'}${role.name}`;
}

/** An id in IAM's form, always the same for the same text. */
export function stableId(prefix: string, text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let hash = 0x811c9dc5;
  let id = prefix;
  for (let place = 0; id.length < 21; place++) {
    for (const character of `${place}${text}`)
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
    id += alphabet.charAt(hash % 32);
  }
  return id;
}
