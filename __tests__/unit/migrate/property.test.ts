import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { migrate } from '../../../scripts/migrate/workflow.ts';
import { usual } from './kinds.ts';

/** In any workflow, only the steps of the other action change. */

const role = 'arn:aws:iam::111111111111:role/deploy';

/** Lines of a step that is not theirs, or of no step at all. */
const others = fc.constantFrom(
  '- uses: actions/checkout@v5   # odd  spacing',
  "- run: |\n    echo 'a: b'\n\n    aws s3 ls",
  '# a comment: with a colon',
  '',
  '- { name: "in braces", run: deploy }',
  '- name: >-\n    folded\n  run: make',
  '- uses: acme/configure-aws-credentials@v4\n  with: { role-to-assume: x, aws-region: y }',
);

const value = fc.constantFrom(
  role,
  `'${role}'  # hers`,
  '${{ vars.ROLE }}',
  '"${{ secrets.ROLE }}"',
  '|\n  arn:aws:iam::111111111111:role/deploy',
);
const reference = fc.constantFrom(
  'v1',
  'v2',
  'v4',
  'v6 # keep',
  'main',
  'e3dd6a429d7300a6a4c196c26e071d42e0343502 # v4.0.2',
  'ffffffffffffffffffffffffffffffffffffffff',
);
const inputs = fc.dictionary(
  fc.constantFrom(
    ...['aws-region', 'role-session-name', 'role-external-id', 'role-chaining', 'mask-aws-account-id'],
    ...['unset-current-credentials', 'disable-retry', 'role-duration-seconds', 'aws-access-key-id'],
    ...['custom-tags', 'transitive-tag-keys', 'http-proxy', 'aws-profile', 'no-such-input', 'audience'],
  ),
  fc.constantFrom(
    'true',
    'us-east-1',
    '900',
    "''",
    '${{ vars.X }}',
    '"a b"',
    'x # why',
    '>-\n  folded\n  text',
  ),
  { maxKeys: 6 },
);

/** A step of theirs, in lines without indentation. */
const theirs = fc.record({ reference, value, inputs, first: fc.boolean() }).map((step) => {
  const pairs = [['role-to-assume', step.value], ...Object.entries(step.inputs)]
    .map(([name = '', text = '']) => `${name}: ${text.replaceAll('\n', '\n    ')}`)
    .map((line) => `    ${line}`)
    .join('\n');
  const uses = `uses: aws-actions/configure-aws-credentials@${step.reference}`;
  return step.first ? `- ${uses}\n  with:\n${pairs}` : `- name: Configure\n  ${uses}\n  with:\n${pairs}`;
});

const workflow = fc.record({
  blocks: fc.array(
    fc.oneof(
      others.map((text) => ({ text, ours: false })),
      theirs.map((text) => ({ text, ours: true })),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  ),
  indent: fc.constantFrom('    ', '      ', '        '),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  head: fc.constantFrom('permissions: { id-token: write }\n', '', 'env:\n  AWS_REGION: eu-west-1 # here\n'),
});

const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n');

describe('any workflow', () => {
  test('leaves every other line exactly as it is, parses, and is not changed a second time', () => {
    fc.assert(
      fc.property(workflow, ({ blocks, indent, lineEnd, head }) => {
        // A list must have something in it.
        const all = [...blocks, { text: '- run: "true"', ours: false }];
        const parts = all.map(({ text, ours }) => ({ text: `${indented(text, indent)}\n`, ours }));
        const top = `name: Deploy\non: push\n${head}jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n`;
        const before = (top + parts.map(({ text }) => text).join('')).replaceAll('\n', lineEnd);
        const after = migrate(before, usual);
        expect(() => parse(after.text) as unknown).not.toThrow();
        expect(migrate(after.text, usual).text).toBe(after.text);
        let rest = after.text;
        for (const { text, ours } of [{ text: top, ours: false }, ...parts]) {
          if (ours) {
            // One step of this action, up to where the next block begins.
            const step = /^\s*- [^]*?uses: \S+[^]*?(?=\n\s*(?:- |#)|\n\s*\n|$)/.exec(rest)?.[0] ?? '';
            expect(step).toMatch(/uses: (assume-role-chain\/assume-role-chain|aws-actions\/)/);
            rest = rest.slice(step.length).replace(/^\r?\n/, '');
          } else {
            const kept = text.replaceAll('\n', lineEnd);
            expect(rest.slice(0, kept.length)).toBe(kept);
            rest = rest.slice(kept.length);
          }
        }
        expect(rest).toBe('');
      }),
      { numRuns: 100 },
    );
  });

  test('means the same with comments anywhere and both kinds of line ends, and keeps each comment', () => {
    const comment = fc.record({
      every: fc.integer({ min: 1, max: 4 }),
      blanks: fc.constantFrom('', '      ', '          ', '            ', '                    ', '\t'),
    });
    fc.assert(
      fc.property(workflow, comment, ({ blocks, indent, head }, { every, blanks }) => {
        const all = [
          ...blocks.filter(({ text }) => !text.includes('\n    folded')),
          { text: '- run: "true"' },
        ];
        const top = `name: Deploy\non: push\n${head}jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n`;
        const plain = top + all.map(({ text }) => `${indented(text, indent)}\n`).join('');
        let count = 0;
        // After an input in one line, where it cannot be part of a block.
        const decorated = plain
          .replaceAll(/^ +[\w-]+: [^|>\n]+$(?!\n +\S+ *$)/gm, (line) =>
            (count += 1) % every === 0 ? `${line}\n${blanks}# remark ${count}` : line,
          )
          .replaceAll('\n', () => ((count += 1) % 3 === 0 ? '\r\n' : '\n'));
        fc.pre(isValid(decorated));
        const after = migrate(decorated, usual).text;
        expect(parse(after)).toEqual(parse(migrate(plain, usual).text));
        const remarks = (text: string): string[] => text.match(/# remark \d+/g) ?? [];
        expect(remarks(after)).toEqual(remarks(decorated));
      }),
      { numRuns: 100 },
    );
  });
});

function isValid(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
