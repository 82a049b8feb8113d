import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as lists from '../../../src/request/lists.ts';
import { inputNames, listInputs, rowOf, type InputName, type Inputs } from '../../../src/request/inputs.ts';
import { InputError } from '../../../src/request/problems.ts';
import { readRequest, type Request } from '../../../src/request/request.ts';
import type { Plan } from '../../../src/aws/plan.ts';
import { parseRoleArn } from '../../../src/aws/arn.ts';
import { given, surroundings } from '../request/given.ts';
import { samples } from '../request/samples.ts';
import { runs } from './runs.ts';

/** Inputs that nobody thought of: each is accepted, or rejected with a message. */

const hub = 'arn:aws:iam::111111111111:role/hub';
const customer = 'arn:aws:iam::222222222222:role/deploy/customer';

/** A text with something cut out, repeated or put in. */
const bent = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(text.length),
      fc.string({ unit: 'binary', maxLength: 5 }),
      // Repeated many times, for patterns that would never end.
      fc.constantFrom(0, 1, 2, 40, 3000),
    )
    .map(([a, b, more, times]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return text.slice(0, from) + text.slice(from, to).repeat(times) + more + text.slice(to);
    });

const valueOf = (name: InputName): fc.Arbitrary<string> =>
  fc.oneof(
    ...[...samples[name], ''].flatMap((text) => [fc.constant(text), bent(text)]),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 3000 }),
    fc.array(fc.string({ maxLength: 30 }), { maxLength: 20 }).map((lines) => lines.join('\n')),
    fc
      .constantFrom('-', ' ', 'a', '/', ':', '\n', '=', '{', '[', '&a ', '\u0000')
      .map((one) => one.repeat(20_000)),
  );

const secretInputs = inputNames.filter((name) => rowOf(name).secret);

function read(some: Partial<Inputs>): Request | InputError {
  const many = listInputs.some((input) => (some[input] ?? '').trim() !== '');
  const profiles = { placeOf: () => undefined, blocker: () => undefined };
  const asked = many || (some.profile ?? '').trim() !== '';
  try {
    return readRequest(
      given(some),
      surroundings({
        lists: many ? lists : undefined,
        profiles: asked ? profiles : undefined,
        accountsFile: { wrong: 'does not exist in the workspace' },
      }),
    );
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** What STS would refuse must not get so far (AWS STS API Reference, AssumeRole). */
function expectFit({ targets }: Request): void {
  for (const { plan } of targets) expectFitPlan(plan);
}

function expectFitPlan(plan: Plan): void {
  for (const hop of plan.hops) {
    expect(hop.role.text).toMatch(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]+$/);
    expect(hop.sessionName).toMatch(/^[\w+=,.@-]{2,64}$/);
    expect(hop.durationSeconds).toBeGreaterThanOrEqual(900);
    expect(hop.durationSeconds).toBeLessThanOrEqual(43_200);
    if (hop.externalId !== undefined) expect(hop.externalId).toMatch(/^[\w+=,.@:/-]{2,1224}$/);
    expect(new Set(hop.tags.map(({ key }) => key.toLowerCase())).size).toBe(hop.tags.length);
    for (const { key, value } of hop.tags) {
      expect(key).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u);
      expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
    }
    if (hop.policy !== undefined) expect(JSON.parse(hop.policy)).toEqual(expect.any(Object));
  }
  expect(plan.sts.region).toMatch(/^[a-z0-9-]+$/);
}

describe.each(inputNames)('%s', (name) => {
  test('is read as it may be sent, or refused in words', () => {
    fc.assert(
      fc.property(valueOf(name), (value) => {
        const result = read({ 'role-arn': hub, [name]: value });
        if (!(result instanceof InputError)) {
          expectFit(result);
          return;
        }
        expect(result.problems.length).toBeGreaterThan(0);
        // A value that is shown is quoted, so that it can neither begin a line nor end one.

        expect(result.message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(result.message.split('\n')).toHaveLength(result.problems.length);
        for (const { text } of result.problems) expect(text.length).toBeLessThan(3000);
      }),
      runs(50),
    );
  });
});

test('several at once are reported at once, without secrets', () => {
  const all = fc.record(
    Object.fromEntries(inputNames.map((name) => [name, valueOf(name)])) as Record<
      InputName,
      fc.Arbitrary<string>
    >,
    { requiredKeys: [] },
  );
  const secrets = fc.tuple(
    ...secretInputs.map(() => fc.stringMatching(/^[a-zA-Z0-9+/]{16,40}[\n ]?[a-z]{0,3}$/)),
  );
  fc.assert(
    fc.property(all, secrets, (some, values) => {
      const own = Object.fromEntries(secretInputs.map((name, index) => [name, values[index] ?? '']));
      const result = read({ ...some, ...own });
      if (!(result instanceof InputError)) return;
      for (const value of values) expect(result.message).not.toContain(value.slice(0, 12));
    }),
    runs(50),
  );
});

test('a role ARN that is read is the one that was written', () => {
  fc.assert(
    fc.property(fc.oneof(bent(customer), fc.string({ unit: 'binary' })), (text) => {
      const result = parseRoleArn(text);
      if (typeof result !== 'string') expect(result.text).toBe(text);
    }),
  );
});
