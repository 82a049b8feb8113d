import { randomBytes } from 'node:crypto';
import { Refusal } from './refusal.ts';
import {
  allOfSts,
  roleArn,
  stableId,
  type AccountSpec,
  type PlacedRole,
  type PolicyDocument,
  type UserSpec,
  type AwsSpec,
} from './spec.ts';

/** Who holds which keys: users have theirs from the start, sessions get theirs from STS and lose them in time. */

/** A user whose keys were used. */
export interface UserIdentity {
  readonly kind: 'user';
  readonly account: AccountSpec;
  readonly arn: string;
  readonly userId: string;
  readonly user: UserSpec;
  readonly permissions: PolicyDocument;
}

/** What a session holds beyond its role. */
export interface Carried {
  readonly tags: ReadonlyMap<string, string>;
  readonly transitiveKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  /** The inline session policy: the session may do what it and the role's permissions both allow. */
  readonly sessionPolicy: PolicyDocument | undefined;
  /** Whether another role's session made it. */
  readonly chained: boolean;
}

/** A session of a role. */
export interface SessionIdentity extends Carried {
  readonly kind: 'session';
  readonly account: AccountSpec;
  readonly arn: string;
  readonly userId: string;
  readonly role: PlacedRole;
  readonly permissions: PolicyDocument;
}

export type Identity = UserIdentity | SessionIdentity;

/** Keys that STS has issued. */
export interface IssuedSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly arn: string;
  readonly expiration: Date;
  /** Whether another role's session made it. */
  readonly chained: boolean;
}

/** The three values that make requests. */
export type Keys = Pick<IssuedSession, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

interface Entry {
  readonly identity: Identity;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** All keys of a local AWS. */
export class Sessions {
  readonly #entries = new Map<string, Entry>();
  readonly #spec: AwsSpec;
  readonly issued: IssuedSession[] = [];

  constructor(spec: AwsSpec) {
    this.#spec = spec;
    for (const account of spec.accounts) for (const user of account.users ?? []) this.#enrol(account, user);
  }

  #enrol(account: AccountSpec, user: UserSpec): void {
    if (user.disabled) return;
    const resource = user.root ? 'root' : `user/${user.name}`;
    const arn = `arn:${account.partition ?? 'aws'}:iam::${account.id}:${resource}`;
    const userId = user.root ? account.id : stableId('AIDA', arn);
    const permissions = user.permissions ?? allOfSts;
    const identity = { kind: 'user', account, arn, userId, user, permissions } as const;
    this.#entries.set(user.accessKeyId, { identity, secretAccessKey: user.secretAccessKey });
  }

  /** Makes keys in the form of STS's, or those that are given: they count from now on. */
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
    this.#entries.set(session.accessKeyId, { identity, ...session });
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
   * Whose key this is, once the session token fits too.
   * @throws Refusal: unknown, or a token that is absent, wrong or too much
   */
  find(accessKeyId: string, sessionToken: string | undefined): Entry {
    const entry = this.#entries.get(accessKeyId);
    if (entry === undefined || entry.sessionToken !== sessionToken) {
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
export function sessionIdentity(role: PlacedRole, sessionName: string, carried: Carried): SessionIdentity {
  const { account } = role;
  const arn = `arn:${account.partition ?? 'aws'}:sts::${account.id}:assumed-role/${role.name}/${sessionName}`;
  const permissions = role.permissions ?? allOfSts;
  return {
    kind: 'session',
    account,
    arn,
    userId: `${role.id}:${sessionName}`,
    role,
    permissions,
    ...carried,
  };
}

/** The ARNs by which a trust policy may name an identity. */
export function namesOf(identity: Identity): string[] {
  return identity.kind === 'user' ? [identity.arn] : [identity.arn, roleArn(identity.account, identity.role)];
}

function randomId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + [...randomBytes(16)].map((byte) => alphabet.charAt(byte % 32)).join('');
}
