import packageJson from '../package.json' with { type: 'json' };

const help = `Usage: assume-role-chain --help | --version
`;

/**
 * The command on the PATH of later steps. Sets the process's exit code: 0, or 1 for arguments it does not understand.
 * @param words the command line, without Node.js and the program
 */
export function command(words: readonly string[]): Promise<void> {
  const [word] = words;
  if (words.length === 1 && word === '--version') process.stdout.write(`${packageJson.version}\n`);
  else if (words.length === 1 && word === '--help') process.stdout.write(help);
  else {
    process.stderr.write(help);
    process.exitCode = 1;
  }
  return Promise.resolve();
}
