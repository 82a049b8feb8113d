import { webIdentityTokenLength } from './limits.ts';

/** Web identity tokens: JWTs as OIDC issuers make them (RFC 7519). They are read, never verified: that is STS's part. */

/** A token's claims, as far as they are what they should be. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claims of a JWT.
 * @returns undefined where the text is no JWT
 */
export function claimsOf(token: string): Claims | undefined {
  const [header, payload, signature, ...more] = token.split('.');
  const parts = [header, payload, signature];
  if (payload === undefined || more.length > 0 || !parts.every((part) => /^[\w-]+$/.test(part ?? '')))
    return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Claims)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Why STS would not take a text for a token, in words that follow the token's name; undefined where it may. */
export function tokenFault(token: string): string | undefined {
  const { least, most } = webIdentityTokenLength;
  if (token === '') return 'is empty';
  if (token.length < least || token.length > most)
    return `has ${token.length} characters: STS accepts ${least} to ${most}`;
  return claimsOf(token) ? undefined : 'is not a JWT, which is three base64url parts with dots between them';
}

/** Whether a token is valid for so many more seconds, by its `exp` (seconds since 1970). One without `exp` is. */
export function holds(token: string, seconds: number, now: Date): boolean {
  const exp = claimsOf(token)?.['exp'];
  return typeof exp !== 'number' || exp * 1000 - now.getTime() > seconds * 1000;
}
