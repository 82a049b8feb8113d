import { Agent } from 'node:https';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { startLocalAws } from '../../../../local/aws/server.ts';
import { selfSigned } from '../../../../local/certificate.ts';
import { ask } from '../signed-request.ts';
import { assume, fred, fredArn, specOf } from '../accounts.ts';

test('over TLS, to clients that trust its certificate', async () => {
  const https = selfSigned();
  const aws = await startLocalAws(specOf(), { https });
  const client = (agent: Agent): STSClient =>
    new STSClient({
      region: 'us-east-1',
      endpoint: aws.url,
      credentials: fred,
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({ httpsAgent: agent }),
    });
  try {
    expect(aws.url).toBe(`https://127.0.0.1:${aws.port}`);
    const knowing = client(new Agent({ ca: https.cert }));
    expect((await knowing.send(new GetCallerIdentityCommand({}))).Arn).toBe(fredArn);
    aws.injectFault({ kind: 'reset' });
    await expect(knowing.send(new GetCallerIdentityCommand({}))).rejects.toThrow('socket hang up');
    await expect(client(new Agent()).send(new GetCallerIdentityCommand({}))).rejects.toThrow(
      'self-signed certificate',
    );
  } finally {
    await aws.close();
  }
});

test('on another address', async () => {
  const aws = await startLocalAws(specOf(), { host: 'localhost' });
  expect(aws.url).toBe(`http://localhost:${aws.port}`);
  await aws.close();
  await aws.close();
});

test('every secret is reported to the leak tests', async () => {
  const aws = await startLocalAws(specOf());
  expect(aws.secrets()).toEqual([fred.secretAccessKey]);
  await ask(aws, fred, assume());
  const [session] = aws.issued;
  expect(aws.secrets().slice(1)).toEqual([
    session?.accessKeyId,
    session?.secretAccessKey,
    session?.sessionToken,
  ]);
  await aws.close();
});

test('two requests at once have two answers', async () => {
  const aws = await startLocalAws(specOf());
  const answers = await Promise.all(
    ['first', 'second'].map((RoleSessionName) => ask(aws, fred, assume({ RoleSessionName }))),
  );
  expect(new Set(answers.map(({ element }) => element('AccessKeyId'))).size).toBe(2);
  expect(new Set(answers.map(({ headers }) => headers['x-amzn-requestid'])).size).toBe(2);
  await aws.close();
});
