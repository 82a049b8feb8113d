import { expect, test } from '@jest/globals';
import { inOneFile, withoutIncluded } from '../../../scripts/chunks.ts';

const chunk = (ids: string, ...modules: readonly string[]): string =>
  `export const id = ${ids.split(',')[0]};\nexport const ids = [${ids}];\nexport const modules = {\n\n${modules.join(',\n')}\n\n};\n`;
const load = (name: string, ...ids: readonly number[]): string =>
  ids.length === 1
    ? `__webpack_require__.e(/* import() | ${name} */ ${ids[0]}).then(run)`
    : `Promise.all(/* import() | ${name} */[${ids.map((id) => `__webpack_require__.e(${id})`).join(', ')}]).then(run)`;

/** Each import that every job makes, of two chunks, and one that only some make. */
const bundle = (): Map<string, string> =>
  new Map([
    ['main.js', load('start', 1, 2).replaceAll('__webpack', '__nccwpck')],
    ['post.js', `${load('post', 1, 3)};${load('verify', 2, 3)};${load('verify', 2, 3)}`],
    ['1.chunk.js', chunk('1', '"one": "short"')],
    ['2.chunk.js', chunk('2,9', `"two": ${load('step', 1, 2)}`)],
    [
      '3.chunk.js',
      chunk('3', `"three": ${load('sts', 3, 4)}`, load('failures', 4, 5), load('failures', 2, 5)),
    ],
    ['4.chunk.js', chunk('4', '"four": "short"')],
    ['5.chunk.js', chunk('5', '"five": "short"')],
  ]);

test('what every job loads is one file, which has the modules and the ids of the others', () => {
  const files = inOneFile(bundle());
  expect(files.get('main.js')).toBe('__nccwpck_require__.e(2).then(run)');
  expect(files.get('post.js')).toBe(
    '__webpack_require__.e(3).then(run);__webpack_require__.e(3).then(run);__webpack_require__.e(3).then(run)',
  );
  expect(files.get('2.chunk.js')).toBe(
    chunk('2,9,1', '"one": "short"\n,\n\n"two": __webpack_require__.e(2).then(run)'),
  );
});

test('a chunk that nothing loads any more is left out, and any other stays', () => {
  const files = inOneFile(bundle());
  expect([...files.keys()]).toEqual([
    'main.js',
    'post.js',
    '2.chunk.js',
    '3.chunk.js',
    '4.chunk.js',
    '5.chunk.js',
  ]);
  expect(files.get('3.chunk.js')).toContain(load('failures', 4, 5));
});

test.each([
  ['is not there', 'main.js', ''],
  ['loads one chunk', 'main.js', load('start', 2)],
  ['loads other chunks elsewhere', '5.chunk.js', load('start', 1, 3)],
])('an import that %s is an error', (_, file, text) => {
  expect(() => inOneFile(bundle().set(file, text))).toThrow(
    'The bundle does not import start from several chunks.',
  );
});

test('a chunk that is contained in others is replaced by the smallest of them', () => {
  const files = new Map([
    ['main.js', load('failures', 1)],
    ['1.chunk.js', chunk('1', '"one": 1')],
    ['2.chunk.js', chunk('2,1', '"one": 1', '"two": 2')],
    ['3.chunk.js', chunk('3,1', '"one": 1', '"two": 2', '"three": 3')],
  ]);
  const left = withoutIncluded(files);
  expect([...left.keys()]).toEqual(['main.js', '2.chunk.js', '3.chunk.js']);
  expect(left.get('main.js')).toBe(load('failures', 2));
});
