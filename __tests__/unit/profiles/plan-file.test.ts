import { execSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newKey } from '../../../src/profiles/encrypt.ts';
import { planText, readPlan, type StoredPlan } from '../../../src/profiles/plan-file.ts';
import { keyVariableOfPlan } from '../../../src/profiles/plan-key.ts';
import { hopTo, planOf } from '../sts/plans.ts';

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'base-secret-key' };
const stored: StoredPlan = {
  plan: planOf({ kind: 'access-key', credentials: keys }, [hopTo('arn:aws:iam::222222222222:role/x')]),
  limits: { timeoutSeconds: 60, maxAttempts: 5, propagationWaitSeconds: 0 },
  jobSummary: 'on-failure',
  sharedHops: 0,
};
const asJson = JSON.parse(JSON.stringify(stored)) as unknown;

let temp: string;
let path: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'plan-'));
  path = join(temp, 'da81e9a2-4b57-44f1-b9b0-2eedb9ce62b7', 'plan-0.json');
  mkdirSync(dirname(path));
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

test('base keys are encrypted, and come back with the key of the environment', () => {
  const key = newKey();
  writeFileSync(path, planText(stored, key));
  expect(readFileSync(path, 'utf8')).not.toMatch(/base-secret-key|AKIAIOSFODNN7EXAMPLE/);
  expect(readPlan(path, { [keyVariableOfPlan(path)]: key })).toEqual(asJson);
});

test.each<[string, () => Record<string, string>, RegExp]>([
  ['no key', () => ({}), /^the variable ASSUME_ROLE_CHAIN_KEY_DA81E9A2, .* is not set in this process/],
  [
    "another step's key",
    () => ({ [keyVariableOfPlan(path)]: newKey() }),
    /^the variable ASSUME_ROLE_CHAIN_KEY_DA81E9A2 does not have the key/,
  ],
  ['a key that is none', () => ({ [keyVariableOfPlan(path)]: 'x' }), /does not have the key/],
])('with %s it is an error that shows neither key nor base', (_, environment, words) => {
  writeFileSync(path, planText(stored, newKey()));
  expect(() => readPlan(path, environment())).toThrow(words);
  expect(() => readPlan(path, environment())).toThrow(expect.objectContaining({ code: 'plan-missing' }));
});

test('a plan that was changed, or is none, is not believed', () => {
  const text = planText(stored);
  writeFileSync(path, text.replace('222222222222', '333333333333'));
  expect(() => readPlan(path, {})).toThrow('is not a plan that this version of the action wrote');
  writeFileSync(path, '{}');
  expect(() => readPlan(path, {})).toThrow('is not a plan that this version of the action wrote');
  rmSync(path);
  execSync(`mkfifo '${path}'`);
  expect(() => readPlan(path, {})).toThrow('is not a plan that this version of the action wrote');
  expect(() => readPlan(join(temp, 'gone.json'), {})).toThrow('cannot be read (ENOENT)');
});
