/** The shells of `run:` steps (GitHub Docs, "Workflow syntax", `jobs.<job_id>.steps[*].shell`). */

/** Command lines by name. The default bash is less strict than `shell: bash`. */
const shells: Readonly<Record<string, string>> = {
  '': 'bash -e {0}',
  bash: 'bash --noprofile --norc -e -o pipefail {0}',
  sh: 'sh -e {0}',
  python: 'python {0}',
};

/** How a shell is started. A name that is not in the table is a command line with `{0}` for the script. */
export interface Shell {
  /** The command line, as the log shows it. */
  readonly shown: string;
  readonly file: string;
  /** @param script its path */
  args(script: string): string[];
}

/** @throws Error for a shell that is neither in the table nor a command line with `{0}` */
export function shellOf(name: string): Shell {
  const line = shells[name] ?? name;
  if (!line.includes('{0}')) {
    throw new Error(
      `Invalid shell option. Shell must be a valid built-in (${Object.keys(shells).join(' ').trim()}) or a format string containing '{0}'`,
    );
  }
  const [file = '', ...rest] = line.split(/\s+/);
  return { shown: line, file, args: (script) => rest.map((part) => part.replace('{0}', script)) };
}
