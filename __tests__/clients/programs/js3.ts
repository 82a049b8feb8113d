// Asks S3 and SNS for its identity, with the AWS SDK for JavaScript 3: once, or until the file STOP_FILE exists.
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';

const region = 'us-east-1';
const [s3, sns] = [new S3Client({ region }), new SNSClient({ region })];
const stop = process.env['STOP_FILE'];
for (;;) {
  const { Owner } = await s3.send(new ListBucketsCommand({}));
  const { Topics } = await sns.send(new ListTopicsCommand({}));
  process.stdout.write(`${Owner?.DisplayName ?? ''}\n${Topics?.[0]?.TopicArn ?? ''}\n`);
  if (stop === undefined || existsSync(stop)) break;
  await setTimeout(250);
}
