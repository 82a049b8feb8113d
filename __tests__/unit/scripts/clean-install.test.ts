import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** `npm ci` prints no warning: each package supports every Node.js that a contributor may have, and each script is decided. */

const root = join(import.meta.dirname, '..', '..', '..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const { packages } = read('package-lock.json') as {
  packages: Record<string, { engines?: { node?: string }; hasInstallScript?: true; deprecated?: string }>;
};
const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };

type Version = readonly [number, number, number];
const versionOf = (text: string): Version => {
  const [major, minor, patch] = text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
  return [major ?? 0, minor ?? 0, patch ?? 0];
};
const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** Whether a version is in a range of node-semver, as far as packages use them here. */
function satisfies(version: Version, range: string): boolean {
  const comparators = (one: string): string[] =>
    one
      .trim()
      .replaceAll(/([<>=^~]) +/g, '$1')
      .split(/\s+/);
  return range.split('||').some((one) =>
    comparators(one).every((comparator) => {
      const [, operator = '', text = ''] = /^(>=|<=|<|>|\^|)(\d.*)$/.exec(comparator) ?? [];
      if (text === '') throw new Error(`Not read here: ${comparator}`);
      const order = compare(version, versionOf(text));
      switch (operator) {
        case '>=':
          return order >= 0;
        case '<=':
          return order <= 0;
        case '<':
          return order < 0;
        case '>':
          return order > 0;
        default:
          // `20` and `20.x` mean any of its versions; `^20.19.0` means from there.
          return version[0] === versionOf(text)[0] && order >= 0;
      }
    }),
  );
}

test.each(['20.19.0', '22.13.0', '24.0.0'])('every package supports Node.js %s', (version) => {
  const unsupported = Object.entries(packages).filter(
    ([, { engines }]) => engines?.node !== undefined && !satisfies(versionOf(version), engines.node),
  );
  expect(unsupported.map(([name, { engines }]) => [name, engines?.node])).toEqual([]);
});

test('ranges are read as npm reads them', () => {
  const node = versionOf('20.19.0');
  const supported = ['>=20', '>= 20.19', '^18 || ^20.19.0', '20 || >=22', '20.x', '>=18 <21'];
  const others = ['>=22', '^20.20.0', '18 || 22', '>=18 <20', '>20.19.0'];
  expect(supported.filter((range) => !satisfies(node, range))).toEqual([]);
  expect(others.filter((range) => satisfies(node, range))).toEqual([]);
});

test('package.json decides about the install script of each package', () => {
  const scripts = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.replace(/^.*node_modules\//, '')] : [],
  );
  expect(Object.keys(allowScripts).toSorted()).toEqual([...new Set(scripts)].toSorted());
});

test('no package is deprecated', () => {
  expect(Object.entries(packages).filter(([, { deprecated }]) => deprecated !== undefined)).toEqual([]);
});
