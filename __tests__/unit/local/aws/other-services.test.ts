import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, type Keys } from '../signed-request.ts';
import { far, fred, fredArn, hub, roleArn, sessionArn, specOf } from '../accounts.ts';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws(specOf());
});
afterEach(() => aws.close());

const settings = (credentials: Keys): object => ({
  region: 'eu-west-1',
  endpoint: aws.url,
  credentials,
  maxAttempts: 1,
});
const s3 = (keys: Keys): S3Client => new S3Client({ ...settings(keys), forcePathStyle: true });
const wrong = { ...fred, secretAccessKey: 'wrong' };

async function assumed(): Promise<Keys> {
  const { Credentials: keys } = await new STSClient(settings(fred)).send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: 'visit',
      Tags: [{ Key: 'a b', Value: 'ü/=' }],
    }),
  );
  return {
    accessKeyId: keys?.AccessKeyId ?? '',
    secretAccessKey: keys?.SecretAccessKey ?? '',
    sessionToken: keys?.SessionToken ?? '',
  };
}

describe("AWS's own clients", () => {
  test('STS', async () => {
    const sts = new STSClient(settings(await assumed()));
    const who = await sts.send(new GetCallerIdentityCommand({}));
    expect(who).toMatchObject({ Arn: sessionArn('visit'), Account: far });
    await expect(new STSClient(settings(wrong)).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(
      {
        name: 'SignatureDoesNotMatch',
        $metadata: { httpStatusCode: 403 },
      },
    );
  });

  test('S3', async () => {
    const { Owner: owner, Buckets: buckets } = await s3(await assumed()).send(new ListBucketsCommand({}));
    expect(owner?.DisplayName).toBe(sessionArn('visit'));
    expect(buckets ?? []).toEqual([]);
    await expect(s3(wrong).send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    expect(aws.requests.at(-2)).toMatchObject({
      service: 's3',
      action: 'ListBuckets',
      region: 'eu-west-1',
      status: 200,
    });
  });

  test('SNS', async () => {
    const { Topics: topics } = await new SNSClient(settings(fred)).send(new ListTopicsCommand({}));
    expect(topics).toEqual([{ TopicArn: `arn:aws:sns:eu-west-1:${hub}:user-fred` }]);
    expect(aws.requests[0]).toMatchObject({ service: 'sns', callerArn: fredArn });
    await expect(new SNSClient(settings(wrong)).send(new ListTopicsCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });
});

describe('S3 has codes of its own', () => {
  test('for keys', async () => {
    const list = (keys: Keys): Promise<unknown> => s3(keys).send(new ListBucketsCommand({}));
    await expect(list({ ...fred, accessKeyId: 'AKIANOBODY' })).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
    const keys = await assumed();
    aws.advanceClock(3600);
    const answer = await ask(
      aws,
      keys,
      {},
      { service: 's3', method: 'GET', date: new Date(Date.now() + 3_600_000) },
    );
    expect(answer.error).toEqual([400, 'ExpiredToken', 'The provided token has expired.']);
  });

  test('for clocks and headers', async () => {
    const skewed = await ask(
      aws,
      fred,
      {},
      { service: 's3', method: 'GET', date: new Date(Date.now() - 16 * 60_000) },
    );
    expect(skewed.error.slice(0, 2)).toEqual([403, 'RequestTimeTooSkewed']);
    const malformed = await ask(
      aws,
      fred,
      {},
      {
        service: 's3',
        method: 'GET',
        afterwards: (headers) => ({
          ...headers,
          authorization: headers['authorization']?.replace(/, Signature=.*/, ''),
        }),
      },
    );
    expect(malformed.error.slice(0, 2)).toEqual([400, 'AuthorizationHeaderMalformed']);
  });
});
