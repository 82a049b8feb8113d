import { printAtOnce } from './github/print.ts';

/**
 * The four programs of this action. The build makes one file in dist/ of each export (scripts/build.ts), so which file
 * was started decides what runs; each loads only what it needs. Nothing here may need more than Node.js 20: an older
 * runner must get as far as the error that says which version is needed.
 */

export const main = (): Promise<void> =>
  run(async () => {
    if (isTooOld()) {
      // The runner reads workflow commands from stdout; `@actions/core` may need more than this Node.js.
      process.stdout.write(`::error title=Runner too old::${tooOld()}\n`);
      process.exitCode = 1;
      return false;
    }
    printAtOnce();
    const { main: start } = await import(/* webpackChunkName: 'start' */ './main.ts');
    await start(process.env);
    return false;
  });

export const post = (): Promise<void> =>
  run(async () => {
    // The step has failed, and has delivered nothing.
    if (isTooOld()) return false;
    printAtOnce();
    const { post: start } = await import(/* webpackChunkName: 'post' */ './post.ts');
    await start(process.env);
    return false;
  });

export const credentialProcess = (): Promise<void> =>
  runWithStderr(async () => {
    if (isTooOld()) {
      complain();
      return false;
    }
    const { runCredentialProcess } = await import('./credential-process.ts');
    return runCredentialProcess(process.argv.slice(2), process.env);
  });

export const command = (): Promise<void> =>
  runWithStderr(async () => {
    if (isTooOld()) {
      complain();
      return false;
    }
    return (await import('./command.ts')).command(process.argv.slice(2), process.env);
  });

/** action.yml says node24; runners before 2.327.0 do not know it, and other runners may run what they have. */
const isTooOld = (): boolean => Number(process.versions.node.split('.')[0]) < 24;

const tooOld = (): string =>
  `This action needs Node.js 24 or later, and this runner runs it with Node.js ${process.versions.node}. ` +
  'Update the runner: actions/runner 2.327.0 or later has Node.js 24. With act, Gitea or Forgejo, update their runner, or its image.';

function complain(): void {
  process.stderr.write(`assume-role-chain: ${tooOld()}\n`);
  process.exitCode = 1;
}

/**
 * A connection that hangs must not hold up the job; what has been printed must have left before the process does.
 * @param program says whether nothing is left in the streams of what it printed
 */
async function run(program: () => Promise<boolean>): Promise<void> {
  if (await program()) process.exit();
  process.stdout.write('', (error) => {
    if (!error) process.exit();
    // On a full disk, for one: masks or keys that were not printed are a failure. The event that says why comes next.
    if (Number(process.exitCode ?? 0) === 0) process.exitCode = 1;
    setImmediate(() => process.exit());
  });
}

/** The same for a program that explains itself on stderr. The step and its post do not: making the stream costs time. */
const runWithStderr = (program: () => Promise<boolean>): Promise<void> =>
  run(async () => {
    if (await program()) return true;
    // Where stderr cannot be written, there is no place to report it.
    await new Promise((resolve) => process.stderr.on('error', () => undefined).write('', resolve));
    return false;
  });
