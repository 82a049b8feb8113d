/** What reads lists of accounts, in one chunk with the parser: most steps have no list. */
export { readAccountList } from './account-list.ts';
export { readOrganizationInput } from './organization-input.ts';
export { anyAccount, entriesFor } from './organization-accounts.ts';
