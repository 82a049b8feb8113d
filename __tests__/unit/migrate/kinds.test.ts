import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { inputNames } from '../../../src/request/inputs.ts';
import { migrate } from '../../../scripts/migrate/workflow.ts';
import { kinds, shown } from './kinds.ts';

test('there are kinds for what public workflows have', () => {
  expect(kinds.length).toBeGreaterThan(100);
});

describe.each(kinds)('$name', ({ options, before, after, decisions, notes }) => {
  test('becomes what it should', () => {
    expect(shown(migrate(before, options))).toEqual({ after, decisions, notes });
  });

  test('is YAML afterwards, with inputs that this action has', () => {
    for (const document of parseAllDocuments(after)) {
      expect(document.errors).toEqual([]);
      const steps = JSON.stringify(document.toJS());
      const inputs =
        /"uses":"(?:assume-role-chain|acme\/fork|\.\/)[^"]*",?(?:"[^"]*":[^{]*,)?"with":(\{[^}]*\})/g;
      for (const [, given = '{}'] of steps.matchAll(inputs))
        for (const [, name = ''] of given.matchAll(/[{,]"([\w-]+)":/g)) expect(inputNames).toContain(name);
    }
  });

  test('is not changed a second time', () => {
    expect(migrate(after, options).text).toBe(after);
  });
});
