// Serverless 3 uses the SDK for JavaScript 2, which does not read AWS_ENDPOINT_URL.
const { createRequire } = require('node:module');

createRequire(`${process.env['TRIAL_FOLDER']}/`)('aws-sdk').config.update({
  endpoint: process.env['AWS_ENDPOINT_URL'],
});
