import { describe, expect, test } from '@jest/globals';
import { checkPolicy } from '../../../../local/aws/policy-check.ts';
import { trustPolicyFrom } from '../../../../local/aws/template.ts';

const hub = { HubAccountId: '111111111111', Repository: 'acme/shop' };
const customer = { HubAccountId: '111111111111', HubRoleName: 'deployment-hub', ExternalId: 'customer-7f3a' };

describe.each<[string, Record<string, string>]>([
  ['hub-role', hub],
  ['customer-role', customer],
])('%s', (name, values) => {
  test('is a trust policy once it is filled', () => {
    const filled = trustPolicyFrom(name, values);
    expect(() => {
      checkPolicy(filled, 'trust');
    }).not.toThrow();
    expect(JSON.stringify(filled)).not.toContain('${');
  });

  test.each(Object.keys(values))('needs %s', (placeholder) => {
    const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== placeholder));
    expect(() => trustPolicyFrom(name, rest)).toThrow(`nothing fills the placeholder ${placeholder}`);
  });

  test('takes nothing else', () => {
    expect(() => trustPolicyFrom(name, { ...values, Other: 'x' })).toThrow('has no placeholder Other');
  });
});

test('no such template', () => {
  expect(() => trustPolicyFrom('other-role', {})).toThrow('ENOENT');
});
