/**
 * The AWS config file (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"): what profiles it
 * has, and the copy that this action's own profiles are added to.
 */

/** A profile that this action writes. */
export interface ProfileSection {
  readonly name: string;
  /** The whole command line. */
  readonly credentialProcess: string;
  readonly region: string;
}

/** The SDK for JavaScript skips a mark of UTF-8, whose three bytes are characters here (user-files.ts). */
const header = /^(?:\xef\xbb\xbf)?\s*\[\s*([^\]]*?)\s*\]/;

/** Lines from a section's header to the next. */
interface Section {
  readonly title: string | undefined;
  readonly lines: readonly string[];
}

function sectionsOf(text: string): Section[] {
  const sections: { title: string | undefined; lines: string[] }[] = [{ title: undefined, lines: [] }];
  // Line ends stay with their lines, so that joining them gives the text to the letter. Python ends lines at a CR, too.
  for (const line of text.split(/(?<=\n|\r(?!\n))/)) {
    const title = header.exec(line)?.[1];
    if (title === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ title, lines: [line] });
  }
  return sections;
}

/** `profile x` and, in quotes, `profile "x y"`; `default` is itself. In a credentials file the title is the name. */
function nameOf(title: string | undefined): string | undefined {
  if (title === undefined) return undefined;
  const name = /^profile\s+(.*)$/.exec(title)?.[1] ?? title;
  return name.replace(/^(["'])(.*)\1$/, '$2');
}

/** The names of the profiles in a config or credentials file, without those that this action wrote itself. */
export function foreignProfiles(text: string, folders: readonly string[]): Set<string> {
  const foreign = sectionsOf(text).filter((section) => !isOurs(section, folders));
  return new Set(foreign.flatMap(({ title }) => nameOf(title) ?? []));
}

/**
 * Settings from which some client gets credentials before it runs a profile's process (botocore, credentials.py,
 * `create_credential_resolver`; the other SDKs have one or the other order), or with which one fails, because others are
 * missing: each was tried alone. All clients read indented settings.
 */
const otherWays =
  /^\s*(?:aws_(?:access_key_id|secret_access_key)|role_arn|source_profile|credential_source|web_identity_token_file|sso_(?:session|account_id|start_url|region|role_name)|login_session)\s*[=:]/i;

/** The names of the profiles whose credentials may come from elsewhere than from a process of this action. */
export function profilesWithOtherCredentials(text: string, folders: readonly string[]): string[] {
  const isOther = (line: string): boolean =>
    otherWays.test(line) || (isProcess(line) && !isOurProcess(line, folders));
  return sectionsOf(text).flatMap(({ title, lines }) => (lines.some(isOther) ? (nameOf(title) ?? []) : []));
}

/** The lines that set a profile's process, each with the profile's name. */
export const processLines = (text: string): { readonly name: string | undefined; readonly line: string }[] =>
  sectionsOf(text).flatMap(({ title, lines }) =>
    lines.filter(isProcess).map((line) => ({ name: nameOf(title), line })),
  );

/** A section is this action's own if its process runs with a plan of the private folder, by one of its names. */
const isOurs = ({ lines }: Section, folders: readonly string[]): boolean =>
  lines.some((line) => isProcess(line) && isOurProcess(line, folders));

const isProcess = (line: string): boolean => /^\s*credential_process\s*[=:]/i.test(line);

function isOurProcess(line: string, folders: readonly string[]): boolean {
  const names = folders.flatMap((folder) => [folder, folder.replaceAll("'", "'\\''")]);
  return names.some((name) => line.includes(name));
}

/** The kind of file: in a credentials file, a section's title is the profile's name without `profile `. */
export type FileKind = 'config' | 'credentials';

/** A file's text with these profiles in it; sections of the same names that this action wrote are replaced. */
export function withProfiles(
  text: string,
  profiles: readonly ProfileSection[],
  folders: readonly string[],
  kind: FileKind = 'config',
): string {
  const names = new Set(profiles.map(({ name }) => name));
  const remaining = sectionsOf(text).filter(
    (section) => !(isOurs(section, folders) && names.has(nameOf(section.title) ?? '')),
  );
  const before = remaining.flatMap(({ lines }) => lines).join('');
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  const added = profiles.map(({ name, credentialProcess, region }) =>
    [
      `[${name === 'default' || kind === 'credentials' ? name : `profile ${name}`}]`,
      `credential_process = ${credentialProcess}`,
      `region = ${region}`,
      '',
    ].join('\n'),
  );
  return before + gap + added.join('');
}
