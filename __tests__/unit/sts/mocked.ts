import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import type { LookupFunction } from 'node:net';
import { jest } from '@jest/globals';
import type { StsRequests } from '../../../src/sts/client.ts';
import type { Credentials } from '../../../src/aws/session.ts';

/** The requests through the SDK's own client, which tests replace by a mock of it. */
export function mockedSts(): StsRequests {
  const by = (credentials: Credentials | undefined): STSClient =>
    new STSClient({
      region: 'us-east-1',
      credentials: credentials ?? (() => Promise.reject(new Error('this request is not signed'))),
    });
  return {
    clockOffset: 0,
    assumeRole: (credentials, input) => by(credentials).send(new AssumeRoleCommand(input)),
    assumeRoleWithWebIdentity: (input) => by(undefined).send(new AssumeRoleWithWebIdentityCommand(input)),
    callerIdentity: (credentials) => by(credentials).send(new GetCallerIdentityCommand({})),
  };
}

/** Resolves no name, so that opening a connection ahead asks nobody: no unit test needs a network. */
class NoNames {
  worked(): void {
    return undefined;
  }
  readonly lookup: LookupFunction = (host, _, callback) => {
    process.nextTick(
      callback,
      Object.assign(new Error(`${host} is not looked up`), { code: 'ENOTFOUND' }),
      '',
      0,
    );
  };
}

/** Puts {@link mockedSts} in the place of the way to STS, for what is imported from now on. */
export function mockSts(): void {
  jest.unstable_mockModule('../../../src/sts/lookup.ts', () => ({ Names: NoNames }));
  // Called with `new`, a function that returns an object makes that object.
  jest.unstable_mockModule('../../../src/sts/client.ts', () => ({ Sts: jest.fn(mockedSts) }));
}
