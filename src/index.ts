/** Picks the door; each is loaded only when it is assumed. */
async function enter(): Promise<void> {
  const [planPath, word] = process.argv.slice(-2);
  if (word === 'credential-process' && planPath !== undefined && process.argv.length === 4) {
    await (await import('./credential-process.ts')).credentialProcess(planPath, process.env);
    return;
  }
  if (process.env['STATE_isPost'] === 'true') {
    await (await import('./post.ts')).post(process.env);
    return;
  }
  (await import('./delivery/state.ts')).markPost();
  await (await import('./main.ts')).main(process.env);
}

await enter();
// A connection that hangs must not hold up the job; what has been printed must have left before the process does.
process.stdout.write('', () => process.exit());
