import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { proxySecrets, redacted, secret } from '../../../src/github/secrets.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('a secret is registered once, and stands in nothing that is printed', () => {
  secret('s3cr3t-one');
  secret('s3cr3t-one');
  secret(' ');
  secret('');
  expect(runner.printed).toEqual(['::add-mask::s3cr3t-one']);
  expect(redacted('a s3cr3t-one b s3cr3t-one')).toBe('a *** b ***');
});

test('the passwords of proxies, as they stand and as they are meant', () => {
  expect(
    proxySecrets({
      HTTPS_PROXY: 'http://u:p%20w@proxy:1',
      http_proxy: 'http://proxy:1',
      ALL_PROXY: 'not a url',
      all_proxy: 'http://u:%zz@p',
    }),
  ).toEqual(['p%20w', 'p w', '%zz', '%zz']);
});
