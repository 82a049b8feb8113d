/** What a local AWS consists of: accounts, their users, roles and identity providers. Plain data, made by tests and the demo. */

/** A policy document as IAM reads it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** A value in a condition: IAM takes JSON's booleans and numbers for their text. */
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
}

/** An account. */
export interface AccountSpec {
  /** 12 digits. */
  readonly id: string;
  /** Default `aws`. */
  readonly partition?: string;
  readonly users?: readonly UserSpec[];
  readonly roles?: readonly RoleSpec[];
  readonly oidcProviders?: readonly { readonly url: string; readonly clientIds: readonly string[] }[];
  readonly stsDisabledRegions?: readonly string[];
}

/** All of it. */
export interface AwsSpec {
  readonly accounts: readonly AccountSpec[];
}

/** What an identity may do unless its specification says otherwise. */
export const allOfSts: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:*', Resource: '*' },
};

/** A role with its account. */
export interface PlacedRole extends RoleSpec {
  readonly account: AccountSpec;
  readonly arn: string;
  /** `AROA` and 17 more; stable. */
  readonly id: string;
}

/** The role of an ARN, letter by letter, or undefined. */
export function roleByArn(spec: AwsSpec, arn: string): PlacedRole | undefined {
  for (const account of spec.accounts) {
    for (const role of account.roles ?? []) {
      if (roleArn(account, role) === arn) return { ...role, account, arn, id: stableId('AROA', arn) };
    }
  }
  return undefined;
}

/** `arn:aws:iam::111111111111:role/path/name` */
export function roleArn(account: AccountSpec, role: RoleSpec): string {
  return `arn:${account.partition ?? 'aws'}:iam::${account.id}:role${role.path ?? '/'}${role.name}`;
}

/** An id in the form of IAM's, the same for the same text. */
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
