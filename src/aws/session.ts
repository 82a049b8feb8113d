/** A set of AWS keys. All three are secrets: the code that creates one registers its values with the runner. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Absent for the keys of an IAM user. */
  readonly sessionToken?: string;
}

/** The keys of a session that STS made. */
export interface SessionCredentials extends Credentials {
  readonly sessionToken: string;
}

/** What a hop made, without its keys: fit for a log. */
export interface HopTrace {
  readonly roleArn: string;
  readonly assumedRoleArn: string;
  readonly accountId: string;
  readonly sessionName: string;
  readonly expiration: Date;
}

/** The session at the end of a chain. */
export interface RoleSession {
  readonly credentials: SessionCredentials;
  readonly accountId: string;
  readonly assumedRoleArn: string;
  /** `AROA…:session-name` */
  readonly assumedRoleId: string;
  readonly sessionName: string;
  readonly expiration: Date;
  /** The same by this machine's clock, which may be wrong: milliseconds since 1970. */
  readonly expires: number;
  /** Every hop in order, the last one included. */
  readonly hops: readonly HopTrace[];
}
