import { isUtf8 } from 'node:buffer';
import { quoted } from '../text/quote.ts';

/**
 * Why Python cannot read a config file: the AWS CLI and boto3 then fail at every call, and name this action's copy of the
 * file (Python's `configparser.RawConfigParser`, as botocore's configloader.py uses it). Most other SDKs read on; which do
 * not was tried (__tests__/clients/config-files.test.ts).
 */
export interface IniFault {
  /** What is wrong: `it is …`, `line 3 has …`. */
  readonly text: string;
  /** The clients that cannot read the file. */
  readonly clients: string;
}

const go = 'rclone 1.60 and other programs with an older AWS SDK for Go';

/** @param text one character a byte @returns undefined for a file that Python reads */
export function iniFault(text: string): IniFault | undefined {
  const bytes = Buffer.from(text, 'latin1');
  if (/^(?:\xff\xfe|\xfe\xff)/.test(text))
    return { text: 'it is in UTF-16', clients: `The AWS CLI, boto3, the AWS SDK for Ruby, ${go}` };
  if (!isUtf8(bytes))
    return { text: 'it is not in UTF-8', clients: 'The AWS CLI, boto3 and the AWS SDK for Ruby' };
  if (text.startsWith('\xef\xbb\xbf'))
    return { text: 'it begins with a byte order mark', clients: `The AWS CLI, boto3, ${go}` };
  const state: State = { sections: new Set(), settings: undefined, indent: 0, continues: false };
  for (const [index, line] of bytes
    .toString('utf8')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const fault = lineFault(line, state);
    if (fault === undefined) continue;
    const clients = /^(?:=|\[(?!.+\]))/.test(line.trim())
      ? `The AWS CLI, boto3, ${go}`
      : 'The AWS CLI and boto3';
    return { text: `line ${index + 1} ${fault}`, clients };
  }
  return undefined;
}

interface State {
  readonly sections: Set<string>;
  /** Those of the section, in lower case; undefined before the first section. */
  settings: Set<string> | undefined;
  /** Of the last setting: a line that is indented more continues its value. */
  indent: number;
  continues: boolean;
}

function lineFault(line: string, state: State): string | undefined {
  const content = line.trim();
  if (content === '' || /^[#;]/.test(content)) return undefined;
  const indent = line.length - line.trimStart().length;
  if (state.continues && indent > state.indent) return undefined;
  state.indent = indent;
  const title = /^\[(.+)\]/.exec(content)?.[1];
  return title === undefined ? settingFault(content, state) : sectionFault(title, state);
}

function sectionFault(title: string, state: State): string | undefined {
  if (state.sections.has(title) && title !== 'DEFAULT') return `has the section ${quoted(title)} again`;
  state.sections.add(title);
  state.settings = new Set();
  state.continues = false;
  return undefined;
}

function settingFault(content: string, state: State): string | undefined {
  if (!state.settings) return 'comes before the first section';
  const name = /^(.*?)\s*[=:]/.exec(content)?.[1]?.toLowerCase() ?? '';
  if (name === '') return 'is neither a section nor a setting';
  if (state.settings.has(name)) return `has the setting ${quoted(name)} again`;
  state.settings.add(name);
  state.continues = true;
  return undefined;
}
