/** The page that says more of each failure, under its title. */
const troubleshooting =
  'https://github.com/assume-role-chain/assume-role-chain/blob/v1/docs/troubleshooting.md';

/** The address of what is said there of a failure. @param title the failure's */
export function pageOf(title: string): string {
  return `${troubleshooting}#${anchorOf(headingOf(title))}`;
}

/** The heading of that page which a failure's title has; those with counts share one. */
export function headingOf(title: string): string {
  return title
    .replace(/^(One|\d+) (input|setting)s? (is|are) wrong$/, 'Inputs are wrong')
    .replace(/^\d+ of \d+ accounts failed$/, 'Accounts failed');
}

/** GitHub makes a heading's anchor so: lower case, only letters, digits, `_` and `-`, and a hyphen for each space. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
