import { readFileSync } from 'node:fs';
import { tokenFault } from '../aws/web-identity-token.ts';
import { NoBaseCredentials } from '../sts/errors.ts';
import { endlessness } from './readable-file.ts';
import { noAdvice, sourceOfTokens, type Source } from './source.ts';

/** A token that another program wrote to a file: `web-identity-token-file`. */
export const tokenFile: Source<'token-file'> = {
  name: 'the token in web-identity-token-file',
  missing: 'no token file',
  label: 'token file',
  open: ({ path }, { secret }) =>
    sourceOfTokens('token-file', () => Promise.resolve().then(() => tokenFrom(path, secret)), {
      renews: false,
      isOver: () => false,
    }),
  secrets: () => [],
  advice: ({ path }) => ({
    ...noAdvice,
    caller: 'the token of web-identity-token-file',
    keys: 'the base credentials (token-file)',
    session: 'the base credentials (token-file)',
    expiredToken: `The token in ${path} has expired: the program that writes the file must write a new one.`,
  }),
};

/** @throws NoBaseCredentials */
function tokenFrom(path: string, secret: (value: string) => void): string {
  const token = contentOf(path);
  if (token !== '') secret(token);
  const fault = tokenFault(token);
  if (fault === undefined) return token;
  throw new NoBaseCredentials('unusable-token', `web-identity-token-file: the content of ${path} ${fault}`);
}

function contentOf(path: string): string {
  try {
    const code = endlessness(path);
    if (code !== undefined) throw Object.assign(new Error(), { code });
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const text = `web-identity-token-file: ${path} cannot be read (${code})`;
    throw new NoBaseCredentials('unreadable-token-file', text, error);
  }
}
