import type { JsonInput } from './json-service.ts';
import { Refusal } from './refusal.ts';
import { stableId } from './spec.ts';

/** Pages of the lists of AWS Organizations, and their tokens. */

/** 400: a parameter breaks a rule of Organizations. */
export const invalid = (text: string): Refusal => new Refusal(400, 'InvalidInputException', text);

/** Entries of a page, at most and by default. */
const mostOnPage = 20;

/** What a page is made for. */
export interface PageRequest {
  /** The list: a token of another one is not valid. */
  readonly owner: string;
  /** Whether the operation accepts MaxResults. */
  readonly sized: boolean;
  readonly input: JsonInput;
}

/**
 * A page of a list. One that is full may be the last: then an empty one follows, as AWS announces for all lists.
 * @throws Refusal for a size or a token that is not valid
 */
export function pageOf(
  all: readonly object[],
  { owner, sized, input: { MaxResults: most = mostOnPage, NextToken: token } }: PageRequest,
): { readonly entries: readonly object[]; readonly next: string | undefined } {
  if (typeof most !== 'number' || !Number.isInteger(most) || most < 1 || most > mostOnPage)
    throw invalid('You provided a numeric value that is outside of the allowed range.');
  const start = token === undefined ? 0 : startOf(token, owner, all.length);
  const end = start + (sized ? most : mostOnPage);
  const isFull = end <= all.length && all.length > 0;
  return { entries: all.slice(start, end), next: isFull ? tokenFor(owner, end) : undefined };
}

/** What a token says concerns nobody but the service. */
const tokenFor = (owner: string, start: number): string =>
  Buffer.from(`${stableId('', `${owner} ${start}`)} ${start}`).toString('base64');

function startOf(token: unknown, owner: string, count: number): number {
  const start = Number(Buffer.from(String(token), 'base64').toString('utf8').split(' ')[1]);
  if (!(start >= 0 && start <= count) || tokenFor(owner, start) !== token)
    throw invalid('You provided a next token that is not valid.');
  return start;
}
