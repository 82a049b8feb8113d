// Asks STS for its identity, with the AWS SDK for JavaScript 2: once, or until the file STOP_FILE exists.
const { existsSync } = require('node:fs');
const { setTimeout } = require('node:timers/promises');
const { STS } = require('aws-sdk');

const sts = new STS({ region: 'us-east-1', endpoint: process.env['AWS_ENDPOINT_URL'] });
const stop = process.env['STOP_FILE'];

async function main() {
  for (;;) {
    const { Arn } = await sts.getCallerIdentity().promise();
    console.log(Arn);
    if (stop === undefined || existsSync(stop)) return;
    await setTimeout(250);
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
