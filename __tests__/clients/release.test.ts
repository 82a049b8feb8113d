import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';

/** Tries a release: runs the commands of release.yml unchanged, in a clone whose remote is a bare repository. */

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly run?: string;
}
const { jobs } = parse(read('.github/workflows/release.yml')) as {
  jobs: Record<'build' | 'release', { steps: Step[] }>;
};
const commandsOf = (job: keyof typeof jobs): { name: string; run: string }[] =>
  jobs[job].steps.flatMap(({ name = '', run }) => (run === undefined ? [] : [{ name, run }]));
const commandOf = (job: keyof typeof jobs, words: string): string =>
  commandsOf(job).find(({ name, run }) => name.includes(words) || run.includes(words))?.run ?? '';

/** Replaces the GitHub CLI: its calls act on the bare repository, and fail where GitHub's API does. */
const gh = `#!/usr/bin/env bash
set -euo pipefail
echo "$*" >> "$CALLS"
declare -A field
path=''
method=GET
for word in "$@"; do
  case "$word" in
    PATCH | POST) method=$word ;;
    repos/*) path=$word ;;
    *=*) field[\${word%%=*}]=\${word#*=} ;;
  esac
done
has() { git -C "$REMOTE" rev-parse --verify --quiet "$1" > /dev/null; }
case "$1 $method" in
  'release GET') has "refs/tags/$3" && [ -s notes.md ] && [ -s sbom.cdx.json ] ;;
  'api PATCH')
    ref="refs/\${path##*/git/refs/}"
    has "$ref" && [ "\${field[force]}" = true ] && git -C "$REMOTE" update-ref "$ref" "\${field[sha]}"
    ;;
  'api POST')
    has "\${field[ref]}" && exit 1
    git -C "$REMOTE" update-ref "\${field[ref]}" "\${field[sha]}"
    ;;
esac
`;

let folder: string;
let work: string;
let remote: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  [work, remote] = [join(folder, 'work'), join(folder, 'remote.git')];
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'gh'), gh);
  chmodSync(join(folder, 'bin', 'gh'), 0o755);
  for (const file of ['action.yml', 'package.json', 'package-lock.json', 'CHANGELOG.md', 'scripts/notes.ts'])
    cpSync(join(root, file), join(work, file));
  for (const file of ['dist/main.js', 'dist/post.js', 'build/migrate.mjs']) {
    mkdirSync(join(work, file, '..'), { recursive: true });
    writeFileSync(join(work, file), file);
  }
  writeFileSync(join(work, '.gitignore'), 'build/\n');
  git('init', '--quiet', '--bare', remote);
  git('-C', work, 'init', '--quiet');
  git('-C', work, 'remote', 'add', 'origin', remote);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function git(...words: string[]): string {
  const identity = ['-c', 'user.name=fred', '-c', 'user.email=fred@example.com'];
  const { stdout, stderr, status } = spawnSync('git', [...identity, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
/** Commits everything, and pushes the tag. @returns the commit */
function tag(name: string): string {
  git('-C', work, 'add', '--all');
  git('-C', work, 'commit', '--quiet', '--allow-empty', '--message', name);
  git('-C', work, 'tag', name);
  git('-C', work, 'push', '--quiet', 'origin', name);
  return git('-C', work, 'rev-parse', 'HEAD');
}
const shell = (script: string, env: Record<string, string>): { status: number | null; printed: string } => {
  const path = `${join(folder, 'bin')}:${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: work,
    env: { PATH: path, HOME: folder, CALLS: join(folder, 'calls'), REMOTE: remote, ...env },
    encoding: 'utf8',
  });
  return { status, printed: stdout + stderr };
};
/** The outputs of the first job, then all commands of the second. @returns the first that fails, or success */
function release(
  name: string,
  sha: string,
  between = (): void => undefined,
): { status: number | null; printed: string } {
  const output = join(folder, 'output');
  writeFileSync(output, '');
  expect(shell(commandOf('build', 'Hash what was built'), { GITHUB_OUTPUT: output }).status).toBe(0);
  const hashes = /^hashes<<END\n([^]*?)\nEND\n$/.exec(readFileSync(output, 'utf8'))?.[1] ?? '';
  between();
  const env = { GITHUB_REF_NAME: name, GITHUB_SHA: sha, GITHUB_REPOSITORY: 'acme/action', HASHES: hashes };
  for (const { run } of commandsOf('release')) {
    const result = shell(run, env);
    if (result.status !== 0) return result;
  }
  return { status: 0, printed: '' };
}
const commitOf = (name: string): string => git('-C', remote, 'rev-parse', `refs/tags/${name}`);
const calls = (): string =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '';

test('this version is released, and the next ones move its major tag', () => {
  const first = tag(`v${version}`);
  expect(release(`v${version}`, first)).toEqual({ status: 0, printed: '' });
  expect(calls()).toContain(`release create v${version} --verify-tag`);
  expect(readFileSync(join(work, 'notes.md'), 'utf8').trim().length).toBeGreaterThan(100);
  expect(JSON.parse(readFileSync(join(work, 'sbom.cdx.json'), 'utf8'))).toMatchObject({
    bomFormat: 'CycloneDX',
  });
  const [major = ''] = version.split('.');
  expect(commitOf(`v${major}`)).toBe(first);

  const next = `${major}.99.0`;
  appendFileSync(join(work, 'CHANGELOG.md'), `\n## ${next}\n\n- A fix.\n`);
  const second = tag(`v${next}`);
  expect(release(`v${next}`, second).status).toBe(0);
  expect([commitOf(`v${major}`), commitOf(`v${version}`)]).toEqual([second, first]);

  appendFileSync(join(work, 'CHANGELOG.md'), '\n## 99.0.0\n\n- A change.\n');
  const third = tag('v99.0.0');
  expect(release('v99.0.0', third).status).toBe(0);
  expect([commitOf('v99'), commitOf(`v${major}`)]).toEqual([third, second]);
});

test.each<[string, () => void]>([
  [
    'a committed file differs from what was built',
    () => {
      writeFileSync(join(work, 'dist', 'main.js'), 'other');
    },
  ],
  [
    'a file was not built',
    () => {
      writeFileSync(join(work, 'dist', 'extra.js'), '');
    },
  ],
  [
    'a file that was built is not committed',
    () => {
      rmSync(join(work, 'dist', 'post.js'));
    },
  ],
])('nothing is released where %s', (_, between) => {
  expect(release(`v${version}`, tag(`v${version}`), between).status).not.toBe(0);
  expect(calls()).toBe('');
});

test('nothing is released where CHANGELOG.md does not have the version', () => {
  const { status, printed } = release('v98.0.0', tag('v98.0.0'));
  expect([status, printed]).toEqual([
    1,
    'CHANGELOG.md has no section for 98.0.0: write what changed first.\n',
  ]);
  expect(calls()).toBe('');
});

test('the version is the same wherever it is written', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    version: string;
    packages: Record<string, { version: string }>;
  };
  expect([lock.version, lock.packages['']?.version]).toEqual([version, version]);
  expect(read('CHANGELOG.md')).toMatch(
    new RegExp(`^## ${version.replaceAll('.', '\\.')} \\(\\d+ \\w+ \\d{4}\\)$`, 'm'),
  );
  const named = ['README.md', 'docs/getting-started.md', 'docs/security-review.md'].flatMap((page) => [
    ...new Set(
      [...read(page).matchAll(/# (v\d+\.\d+\.\d+)|commits\/(v\d+\.\d+\.\d+)/g)].map(
        ([, pin, commit]) => pin ?? commit,
      ),
    ),
  ]);
  expect(new Set(named)).toEqual(new Set([`v${version}`]));
});
