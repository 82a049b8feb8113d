import { callerPairs, contextOf } from './call.ts';
import { identityDenialReason, type Policies } from './denial.ts';
import { isMember } from './organization.ts';
import type { JsonInput } from './json-service.ts';
import type { Caller } from './other-services.ts';
import { invalid, pageOf } from './pages.ts';
import { notAuthorized, Refusal } from './refusal.ts';
import type { AccountSpec, MemberSpec, OrganizationSpec } from './spec.ts';

/** AWS Organizations, as far as its accounts are listed (AWS Organizations API Reference, 2016-11-28). */

/** One operation. */
interface Operation {
  /** The parameter with the id that it is about, and its form; undefined where there is none. */
  readonly subject?: { readonly parameter: string; readonly form: RegExp };
  /** Whether it accepts MaxResults. */
  readonly sized: boolean;
  /** The list in the answer. */
  readonly list: string;
  /** @throws Refusal for an id that is not in the organization */
  readonly entries: (organization: OrganizationSpec, subject: string) => readonly object[];
}

const parent = { parameter: 'ParentId', form: /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/ };

const operations: Readonly<Record<string, Operation>> = {
  ListRoots: {
    ...{ sized: true, list: 'Roots' },
    entries: (organization) => [
      {
        Id: organization.rootId,
        Arn: arnOf(organization, 'root', organization.rootId),
        Name: 'Root',
        PolicyTypes: [],
      },
    ],
  },
  ListAccountsForParent: {
    ...{ subject: parent, sized: true, list: 'Accounts' },
    entries: (organization, id) => {
      checkParent(organization, id);
      const { members, rootId } = organization;
      return members
        .filter(({ parentId = rootId }) => parentId === id)
        .map((member) => account(organization, member));
    },
  },
  ListOrganizationalUnitsForParent: {
    ...{ subject: parent, sized: true, list: 'OrganizationalUnits' },
    entries: (organization, id) => {
      checkParent(organization, id);
      return (organization.units ?? [])
        .filter(({ parentId }) => parentId === id)
        .map((unit) => ({ Id: unit.id, Arn: arnOf(organization, 'ou', unit.id), Name: unit.name }));
    },
  },
  ListTagsForResource: {
    subject: {
      parameter: 'ResourceId',
      form: /^(r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|p-[0-9a-zA-Z_]{8,128})$/,
    },
    ...{ sized: false, list: 'Tags' },
    entries: ({ members }, id) => {
      const member = members.find(({ accountId }) => accountId === id);
      if (!member)
        throw new Refusal(400, 'TargetNotFoundException', "You specified a target that doesn't exist.");
      return Object.entries(member.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    },
  },
};

/** `arn:aws:organizations::111111111111:ou/o-…/ou-…` */
const arnOf = ({ id, managementAccountId }: OrganizationSpec, kind: string, resource: string): string =>
  `arn:aws:organizations::${managementAccountId}:${kind}/${id}/${resource}`;

function account(
  organization: OrganizationSpec,
  { accountId, name, email, state = 'ACTIVE' }: MemberSpec,
): object {
  return {
    Id: accountId,
    Arn: arnOf(organization, 'account', accountId),
    Email: email ?? `account-${accountId}@example.com`,
    Name: name,
    // The older field has no word for what a new account is, and one for all that are closed.
    Status: state === 'CLOSED' ? 'SUSPENDED' : state === 'PENDING_ACTIVATION' ? 'ACTIVE' : state,
    State: state,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: 1_700_000_000.123,
  };
}

function checkParent({ rootId, units = [] }: OrganizationSpec, id: string): void {
  if (id === rootId || units.some((unit) => unit.id === id)) return;
  const text = "You specified a parent that doesn't exist.";
  throw new Refusal(400, 'ParentNotFoundException', text);
}

/** @returns undefined where Organizations has no such operation, or this one does not answer it */
export const operationOf = (target: string): string | undefined => {
  const [, name = ''] = /^AWSOrganizationsV20161128\.(\w+)$/.exec(target) ?? [];
  return Object.hasOwn(operations, name) ? name : undefined;
};

/** The regions of its endpoints, by partition (AWS General Reference, "AWS Organizations endpoints"). */
const regions: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
};

/**
 * Answers a request, as JSON.
 * @param name of the operation
 * @throws Refusal with the service's code and message
 */
export function listOfOrganization(
  name: string,
  input: JsonInput,
  { identity, region }: Caller,
  policies: Policies,
): string {
  const operation = operations[name];
  if (!operation) throw new Refusal(400, 'UnknownOperationException', '');
  const { spec } = policies;
  if (region !== regions[identity.account.partition ?? 'aws'])
    throw new Refusal(403, 'SignatureDoesNotMatch', 'Credential should be scoped to a valid region. ');
  const subject = subjectOf(operation, input);
  const action = `organizations:${name}`;
  const resource = resourceOf(spec.organization, subject);
  const context = contextOf(callerPairs(identity, spec));
  const reason = identityDenialReason(policies, { action, resource, context }, identity);
  if (reason !== undefined) throw notAuthorized(identity.arn, action, resource, reason);
  const organization = readable(spec.organization, identity.account);
  const { list, sized } = operation;
  const { entries, next } = pageOf(operation.entries(organization, subject), {
    owner: `${name} ${subject}`,
    sized,
    input,
  });
  return JSON.stringify({ [list]: entries, ...(next === undefined ? {} : { NextToken: next }) });
}

const resourceOf = (organization: OrganizationSpec | undefined, subject: string): string => {
  if (!organization || subject === '') return '*';
  const kind = subject.startsWith('r-') ? 'root' : subject.startsWith('ou-') ? 'ou' : 'account';
  return arnOf(organization, kind, subject);
};

/** @throws Refusal unless the account may read the organization that it is in */
function readable(organization: OrganizationSpec | undefined, { id }: AccountSpec): OrganizationSpec {
  if (!organization || !isMember(organization, id)) {
    const text = 'Your account is not a member of an organization.';
    throw new Refusal(400, 'AWSOrganizationsNotInUseException', text);
  }
  if (id === organization.managementAccountId || organization.delegatedAdministrators?.includes(id))
    return organization;
  throw new Refusal(400, 'AccessDeniedException', "You don't have permissions to access this resource.");
}

function subjectOf({ subject }: Operation, input: JsonInput): string {
  if (!subject) return '';
  const value = input[subject.parameter];
  if (typeof value !== 'string') throw invalid('You provided a null or empty value where one is required.');
  if (!subject.form.test(value))
    throw invalid('You provided a value that does not match the required pattern.');
  return value;
}
