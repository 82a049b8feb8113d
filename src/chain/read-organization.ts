import {
  organizationsEndpointOf,
  type MemberAccount,
  type OrganizationRequest,
} from '../aws/organization.ts';
import type { Target } from '../aws/plan.ts';
import type { Connections } from '../sts/connections.ts';
import { listAccounts, type FoundAccounts } from './list-accounts.ts';
import { assumeShared, type SharedSessions, type TargetsDependencies } from './assume-targets.ts';

/** The organization is read with the credentials of the roles that all accounts are reached by. */

/** What came of it. */
export interface ReadOrganization {
  readonly members: readonly MemberAccount[];
  /** The sessions of those roles, for the accounts. */
  readonly shared: SharedSessions;
}

/** What it takes, beside what the chain does. */
export interface OrganizationDependencies extends TargetsDependencies {
  readonly connections: Connections;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * Assumes the roles that all accounts share, and lists the accounts with the credentials of the last of them.
 * @param target stands for any of the accounts
 * @throws as `assumeTargets` and `listAccounts`
 */
export async function readOrganization(
  { query, settings }: OrganizationRequest,
  target: Target,
  dependencies: OrganizationDependencies,
): Promise<ReadOrganization> {
  const { base, connections, retryOptions, say, warn } = dependencies;
  void connections.open(organizationsEndpointOf(settings).url);
  const shared = await assumeShared([target], dependencies);
  const [session] = [...shared.values()].map((reached) => reached?.session);
  const credentials = session?.credentials ?? (await base.credentials());
  const { Organizations } = await import(/* webpackChunkName: 'sts' */ '../sts/organizations.ts');
  const organizations = new Organizations(settings, credentials, connections);
  const callerArn = session?.trace.assumedRoleArn;
  const found = await listAccounts(query, { organizations, retryOptions, callerArn });
  say(summaryOf(found, query.under, query.except.length - found.unknownExcept.length));
  for (const id of found.unknownExcept)
    warn(`organization: ${id} of except is not one of the accounts that were listed. Correct or remove it.`);
  return { members: found.accounts, shared };
}

/** `Found 12 accounts in the organization (under ou-…; left out: 3 not active, 1 in except, 2 without the tags).` */
function summaryOf(
  { accounts, inactive, untagged }: FoundAccounts,
  under: readonly string[],
  excepted: number,
): string {
  const left = [
    inactive > 0 ? `${inactive} not active` : '',
    excepted > 0 ? `${excepted} in except` : '',
    untagged > 0 ? `${untagged} without the tags` : '',
  ].filter((one) => one !== '');
  const more = [
    ...(under.length > 0 ? [`under ${under.join(', ')}`] : []),
    ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
  ];
  const count = `${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`;
  return `Found ${count} in the organization${more.length > 0 ? ` (${more.join('; ')})` : ''}.`;
}
