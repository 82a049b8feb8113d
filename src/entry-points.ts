/**
 * The four programs of this action. The build makes one file in dist/ of each export (scripts/build.ts), so which file
 * was started decides what runs; each loads only what it needs. Nothing here may need more than Node.js 20: an older
 * runner must get as far as the error that says which version is needed.
 */

export const main = (): Promise<void> =>
  run(async () => {
    await (await import('./main.ts')).main(process.env);
  });

export const post = (): Promise<void> =>
  run(async () => {
    await (await import('./post.ts')).post(process.env);
  });

export const credentialProcess = (): Promise<void> =>
  run(async () => {
    const { runCredentialProcess } = await import('./credential-process.ts');
    await runCredentialProcess(process.argv.slice(2), process.env);
  });

export const command = (): Promise<void> =>
  run(async () => {
    await (await import('./command.ts')).command(process.argv.slice(2), process.env);
  });

async function run(program: () => Promise<void>): Promise<void> {
  await program();
  // A connection that hangs must not hold up the job; what has been printed must have left before the process does.
  process.stdout.write('', () => process.exit());
}
