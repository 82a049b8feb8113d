import { organizationsEndpointOf, type OrganizationSettings } from '../aws/organization.ts';
import type { Credentials } from '../aws/session.ts';
import type { Connections } from './connections.ts';
import type { OrganizationsOperation } from './errors.ts';
import type { HttpAnswer } from './exchange.ts';
import { SignedRequests } from './signed-requests.ts';

/** An entry of a list: its fields that are strings, by AWS's names. */
export type Item = Readonly<Record<string, string | undefined>>;

/** A page of a list, and the token of the next one; undefined on the last. */
export interface Page {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** Requests to AWS Organizations, each once: see `retry`. */
export interface OrganizationsRequests {
  /**
   * @param subject the id that the request is about; undefined for ListRoots
   * @param next the token of the page; undefined for the first
   * @throws an error with AWS's code as its name; SyntaxError for an answer in another format, or without an id in it
   */
  page(
    operation: OrganizationsOperation,
    subject: string | undefined,
    next: string | undefined,
    signal: AbortSignal,
  ): Promise<Page>;
}

/** One kind of list (AWS Organizations API Reference, 2016-11-28). */
interface Form {
  /** The parameter with the id that the request is about. */
  readonly parameter: string;
  /** The field of the answer that has the list. */
  readonly list: string;
  /** Whether an entry is complete. */
  readonly accepts: (item: Item) => boolean;
}

/** Written here, for the file that has it for all others would come along. */
const accountId = /^\d{12}$/;
const hasId = ({ Id: id }: Item): boolean => id !== undefined && id !== '';

const forms: Readonly<Record<OrganizationsOperation, Form>> = {
  ListRoots: { parameter: '', list: 'Roots', accepts: hasId },
  ListAccountsForParent: {
    ...{ parameter: 'ParentId', list: 'Accounts' },
    accepts: ({ Id: id = '' }) => accountId.test(id),
  },
  ListOrganizationalUnitsForParent: { parameter: 'ParentId', list: 'OrganizationalUnits', accepts: hasId },
  ListTagsForResource: {
    ...{ parameter: 'ResourceId', list: 'Tags' },
    accepts: ({ Key: key, Value: value }) => key !== undefined && value !== undefined,
  },
};

/** A client for AWS Organizations. Its protocol is AWS JSON 1.1 (Smithy specification, "AWS JSON 1.1 protocol"). */
export class Organizations implements OrganizationsRequests {
  readonly #url: URL;
  readonly #credentials: Credentials;
  readonly #requests: SignedRequests;

  constructor(settings: OrganizationSettings, credentials: Credentials, connections: Connections) {
    const { url, signingRegion: region } = organizationsEndpointOf(settings);
    this.#url = url;
    this.#credentials = credentials;
    this.#requests = new SignedRequests({ service: 'organizations', region, url }, connections);
  }

  page(
    operation: OrganizationsOperation,
    subject: string | undefined,
    next: string | undefined,
    signal: AbortSignal,
  ): Promise<Page> {
    const form = forms[operation];
    const input = {
      ...(subject === undefined ? {} : { [form.parameter]: subject }),
      ...(next === undefined ? {} : { NextToken: next }),
    };
    const { protocol, hostname, port, pathname: path } = this.#url;
    const request = {
      ...{ method: 'POST', protocol, hostname, path, query: {}, body: JSON.stringify(input) },
      ...(port === '' ? {} : { port: Number(port) }),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSOrganizationsV20161128.${operation}`,
      },
    };
    return this.#requests.send(request, this.#credentials, signal, (answered) =>
      Promise.resolve(readPage(answered, form)),
    );
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws the error that was answered */
function readPage({ status, headers, body }: HttpAnswer, { list, accepts }: Form): Page {
  const answer = fieldsOf(JSON.parse(Buffer.from(body).toString('utf8')));
  const entries = answer[list];
  if (status !== 200 || !Array.isArray(entries)) throw errorOf(answer, headers['x-amzn-errortype']);
  const items = entries.map((entry) => textsOf(fieldsOf(entry)));
  if (!items.every(accepts)) throw new SyntaxError(`${list} has an entry that is not complete`);
  const { NextToken: next } = textsOf(answer);
  return { items, next: next === '' ? undefined : next };
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const textsOf = (fields: Fields): Item =>
  Object.fromEntries(
    Object.entries(fields).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );

/** An error has its code behind the namespace, and before the address that some services add. */
function errorOf(answer: Fields, header: string | string[] | undefined): Error {
  const { __type: type, code, Message, message = Message } = textsOf(answer);
  const named = [header, type, code].find((one) => typeof one === 'string');
  const name = named?.split(':')[0]?.split('#').at(-1);
  return Object.assign(new Error(message ?? 'no message'), {
    name: name === undefined || name === '' ? 'SyntaxError' : name,
  });
}
