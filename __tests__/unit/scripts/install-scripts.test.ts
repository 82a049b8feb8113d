import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

/** The commands with which workflows install packages run no script of a package that they do not name. */

const root = join(import.meta.dirname, '..', '..', '..');
const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  allowScripts: Record<string, boolean>;
};
const workflows = join(root, '.github', 'workflows');

/** The commands of a workflow that call `npm ci` or `npm rebuild`, job by job. */
const installs = readdirSync(workflows).flatMap((file) => {
  const { jobs } = parse(readFileSync(join(workflows, file), 'utf8')) as {
    jobs: Record<string, { steps: { run?: string }[] }>;
  };
  return Object.entries(jobs).flatMap(([job, { steps }]) => {
    const commands = steps.flatMap(({ run = '' }) => (/npm (?:ci|rebuild)\b/.test(run) ? [run] : []));
    return commands.length > 0 ? [{ job: `${file}, ${job}`, commands }] : [];
  });
});

test('there are jobs that install, and none with permission to release', () => {
  expect(installs.map(({ job }) => job)).toEqual(
    expect.arrayContaining([
      'ci.yml, test',
      'ci.yml, paths',
      'check-dist.yml, compare',
      'release.yml, build',
    ]),
  );
  expect(installs.map(({ job }) => job)).not.toContain('release.yml, release');
});

test.each(installs)('$job rebuilds only what package.json allows', ({ commands }) => {
  const [, ...rebuilt] = commands.at(-1)?.split(' ').slice(1) ?? [];
  expect(commands).toHaveLength(2);
  expect(rebuilt.length).toBeGreaterThan(0);
  for (const name of rebuilt) expect(allowScripts).toHaveProperty([name], true);
});

/** One job for each way to install: they should all be the same. */
const ways = [...new Map(installs.map((one) => [one.commands.join(), one])).values()];

test.each(ways)('$job runs the script of a package that it names, and not of another', ({ commands }) => {
  const project = mkdtempSync(join(tmpdir(), 'install-'));
  const write = (file: string, content: object): void => {
    mkdirSync(join(project, file, '..'), { recursive: true });
    writeFileSync(join(project, file), JSON.stringify(content));
  };
  // `node` is one of those that are named; both are packages of this test.
  for (const name of ['node', 'evil']) {
    const mark = JSON.stringify(join(project, `${name}-ran`));
    const postinstall = `node -e "require('fs').writeFileSync(process.argv[1], '')" ${mark}`;
    write(`${name}/package.json`, { name, version: '1.0.0', scripts: { postinstall } });
  }
  write('package.json', { name: 'p', dependencies: { node: 'file:node', evil: 'file:evil' } });
  const npm = (command: string): void => {
    const { status, stderr } = spawnSync(`${command} --offline --no-audit --no-fund`, {
      ...{ cwd: project, shell: true, encoding: 'utf8' },
      env: { ...process.env, npm_config_cache: join(project, 'cache'), npm_config_update_notifier: 'false' },
    });
    expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({
      command,
      status: 0,
      stderr: '',
    });
  };
  try {
    npm('npm install --package-lock-only --ignore-scripts');
    // Packages that this project does not have are not rebuilt.
    for (const command of commands) npm(command.replace(/ @swc\/core unrs-resolver$/, ''));
    expect(existsSync(join(project, 'node-ran'))).toBe(true);
    expect(existsSync(join(project, 'evil-ran'))).toBe(false);
  } finally {
    rmSync(project, { recursive: true });
  }
});
