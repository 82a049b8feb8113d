import { randomBytes } from 'node:crypto';
import { Refusal } from './refusal.ts';
import {
  allOfSts,
  roleArn,
  stableId,
  type AccountSpec,
  type AccountRole,
  type PolicyDocument,
  type UserSpec,
  type AwsSpec,
} from './spec.ts';

/** The keys of a local AWS: those of users from the start, those of sessions from STS until they expire. */

/** A user whose keys were used. */
export interface UserIdentity {
  readonly kind: 'user';
  readonly account: AccountSpec;
  readonly arn: string;
  readonly userId: string;
  readonly user: UserSpec;
  readonly permissions: PolicyDocument;
  readonly permissionsBoundary: PolicyDocument | undefined;
}

/** What a session has besides its role. */
export interface SessionProperties {
  readonly tags: ReadonlyMap<string, string>;
  readonly transitiveKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  /** The inline session policy, which limits the role's permissions. */
  readonly sessionPolicy: PolicyDocument | undefined;
  /** Whether a session of another role requested it. */
  readonly chained: boolean;
}

/** A session of a role. */
export interface SessionIdentity extends SessionProperties {
  readonly kind: 'session';
  readonly account: AccountSpec;
  readonly arn: string;
  readonly userId: string;
  readonly role: AccountRole;
  readonly permissions: PolicyDocument;
  readonly permissionsBoundary: PolicyDocument | undefined;
}

export type Identity = UserIdentity | SessionIdentity;

/** Keys that STS has issued. */
export interface IssuedSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly arn: string;
  readonly expiration: Date;
  /** Whether a session of another role requested it. */
  readonly chained: boolean;
}

/** The three values that sign requests. */
export type Keys = Pick<IssuedSession, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

interface Entry {
  readonly identity: Identity;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  /** Whether the token is of version 1, which opt-in regions do not accept. */
  readonly isVersion1?: boolean;
}

/** Regions that are off until an account turns them on (AWS Account Management Reference Guide). */
const optInRegions =
  /^(af-south-1|ap-east-[12]|ap-south-2|ap-southeast-[3-7]|ca-west-1|eu-central-2|eu-south-[12]|il-central-1|me-(south|central)-1|mx-central-1)$/;

/** Whether a region is off until an account turns it on. */
export const isOptIn = (region: string): boolean => optInRegions.test(region);

/** All keys of a local AWS. */
export class Sessions {
  readonly #entries = new Map<string, Entry>();
  readonly #spec: AwsSpec;
  readonly issued: IssuedSession[] = [];
  readonly #version1Tokens: boolean;

  /** @param version1Tokens whether sessions get tokens of version 1, as from the global endpoint */
  constructor(spec: AwsSpec, version1Tokens = false) {
    this.#spec = spec;
    this.#version1Tokens = version1Tokens;
    for (const account of spec.accounts) for (const user of account.users ?? []) this.#addUser(account, user);
  }

  #addUser(account: AccountSpec, user: UserSpec): void {
    if (user.disabled) return;
    const resource = user.root ? 'root' : `user/${user.name}`;
    const arn = `arn:${account.partition ?? 'aws'}:iam::${account.id}:${resource}`;
    const userId = user.root ? account.id : stableId('AIDA', arn);
    const { permissions = allOfSts, permissionsBoundary } = user;
    const identity = { kind: 'user', account, arn, userId, user, permissions, permissionsBoundary } as const;
    this.#entries.set(user.accessKeyId, { identity, secretAccessKey: user.secretAccessKey });
  }

  /** Issues keys in STS's form, or those that are given. */
  issue(identity: SessionIdentity, expiration: Date, given: Partial<Keys> = {}): IssuedSession {
    const session = {
      accessKeyId: randomId('ASIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: `IQoJ${randomBytes(270).toString('base64')}`,
      arn: identity.arn,
      expiration,
      chained: identity.chained,
      ...given,
    };
    this.#entries.set(session.accessKeyId, { identity, ...session, isVersion1: this.#version1Tokens });
    this.issued.push(session);
    return session;
  }

  /** Users' secret keys, and all three values of every session. */
  secrets(): string[] {
    const users = this.#spec.accounts.flatMap(({ users: all = [] }) => all);
    const sessions = this.issued.flatMap((one) => [one.accessKeyId, one.secretAccessKey, one.sessionToken]);
    return [...users.map(({ secretAccessKey }) => secretAccessKey), ...sessions];
  }

  revoke(accessKeyId: string): void {
    this.#entries.delete(accessKeyId);
  }

  /**
   * The owner of an access key.
   * @throws Refusal for an unknown key, for a session token that does not belong to it, and for a token of version 1 in
   *   an opt-in region (IAM User Guide, "Manage AWS STS in an AWS Region")
   */
  find(accessKeyId: string, sessionToken: string | undefined, region: string): Entry {
    const entry = this.#entries.get(accessKeyId);
    const refused = entry?.isVersion1 && isOptIn(region);
    if (entry === undefined || entry.sessionToken !== sessionToken || refused) {
      throw new Refusal(
        403,
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
      );
    }
    return entry;
  }

  /** @throws Refusal once the session has expired */
  static checkExpiry({ expiration }: Entry, now: Date): void {
    if (expiration === undefined || now < expiration) return;
    throw new Refusal(403, 'ExpiredToken', 'The security token included in the request is expired');
  }
}

/** The identity of a session of a role. */
export function sessionIdentity(
  role: AccountRole,
  sessionName: string,
  properties: SessionProperties,
): SessionIdentity {
  const { account } = role;
  const arn = `arn:${account.partition ?? 'aws'}:sts::${account.id}:assumed-role/${role.name}/${sessionName}`;
  const { permissions = allOfSts, permissionsBoundary } = role;
  return {
    kind: 'session',
    account,
    arn,
    userId: `${role.id}:${sessionName}`,
    role,
    permissions,
    permissionsBoundary,
    ...properties,
  };
}

/** The ARNs that name an identity in a trust policy. */
export function namesOf(identity: Identity): string[] {
  return identity.kind === 'user' ? [identity.arn] : [identity.arn, roleArn(identity.account, identity.role)];
}

function randomId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + [...randomBytes(16)].map((byte) => alphabet.charAt(byte % 32)).join('');
}
