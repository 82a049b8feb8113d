import {
  inputNames,
  isWordInCapitals,
  listInputs,
  rowOf,
  valueOf,
  type GivenInputs,
  type InputName,
  type Inputs,
} from './inputs.ts';
import type { Problems } from './problems.ts';
import { invisibleIn } from './invisible.ts';
import { unknownInputs } from './unknown-inputs.ts';

/** The text of every input. An empty one that must not be is reported, and so is one that this action does not have. */
export function readInputs(given: GivenInputs, problems: Problems): Inputs {
  for (const { name, text } of unknownInputs(given)) problems.say(name, text);
  if (given['role-arn']?.trim() === '' && listInputs.every((list) => valueOf(list, given[list]) === ''))
    problems.only('role-arn', noRole, 'empty');
  const values = inputNames.map((name) => {
    const value = given[name];
    const fault = value === undefined ? undefined : (wordFault(name, value.trim()) ?? invisibleFault(value));
    if (fault !== undefined) problems.only(name, fault, value?.trim() === '' ? 'empty' : undefined);
    return [name, valueOf(name, value)];
  });
  return Object.fromEntries(values) as Inputs;
}

/** The runner gives an input that is left out an empty value, where it has no default. */
const noRole =
  'is required: the ARN of the role to assume, or several, one a line, for a chain. It is missing or empty. A variable or secret that does not exist is empty';

const isEmpty = 'is empty: a variable or secret that does not exist is';

/** What is wrong with the word for "nothing", or for "as usual", of an input that must not be empty. */
function wordFault(name: InputName, value: string): string | undefined {
  const { default: word, empty } = rowOf(name);
  if (empty !== 'is an error') return undefined;
  if (value === '') return `${isEmpty}. Leave it out, or write \`${word}\``;
  return isWordInCapitals(name, value)
    ? `is the word ${word}, but not in lower case: write \`${word}\``
    : undefined;
}

/** Copied text may have one. No value may, but a comment in YAML. White space at the ends, as U+FEFF, is dropped elsewhere. */
function invisibleFault(value: string): string | undefined {
  const found = invisibleIn(value.replaceAll(/^\ufeff|(?<=^|\s)#.*/g, '').trimEnd());
  return found && `contains ${found}: remove it, or type the value again`;
}

/** What must be done, or be known, before inputs are checked. */
export interface Outset {
  /** To be registered with the runner. */
  readonly secrets: readonly string[];
  /** `mask-account-id`: account ids are secrets too, from before the first message. */
  readonly maskAccountIds: boolean;
  /** Texts whose account ids are then masked. */
  readonly accountTexts: readonly string[];
  /** The accounts are in a list, which a parser reads. */
  readonly hasAccountList: boolean;
  /** The accounts are in an organization, which the same parser reads about. */
  readonly hasOrganization: boolean;
  /** The path of a file that has the list. */
  readonly accountsFile: string | undefined;
  /** Profiles will be written. */
  readonly hasProfiles: boolean;
  /** A failure goes to the job's summary. */
  readonly summarizesFailure: boolean;
}

/** Looks at inputs that are not checked yet. What cannot be read is taken for what is safer: masked, and reported. */
export function outsetOf(given: GivenInputs): Outset {
  const value = (name: (typeof inputNames)[number]): string => valueOf(name, given[name]);
  const secrets = inputNames.flatMap((name) => (rowOf(name).secret ? [value(name), value(name).trim()] : []));
  const accountsFile = value('accounts-file').trim();
  const hasAccountList = value('accounts') !== '' || accountsFile !== '';
  const hasOrganization = value('organization') !== '';
  return {
    secrets: secrets.filter((secret) => secret !== ''),
    maskAccountIds: !isOff(given['mask-account-id'] ?? value('mask-account-id')),
    accountTexts: [value('role-arn'), value('accounts'), value('organization')],
    hasAccountList,
    hasOrganization,
    accountsFile: accountsFile === '' ? undefined : accountsFile,
    hasProfiles: hasAccountList || hasOrganization || value('profile') !== '',
    summarizesFailure: value('job-summary').trim().toLowerCase() !== 'never',
  };
}

const isOff = (text: string): boolean => text.trim().toLowerCase() === 'false';
