import type { Grant } from './grant.ts';
import type { Identity } from './sessions.ts';

/** The query protocol's answers, element by element in STS's order. */

const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** Text fit for XML. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const leaf = (name: string, text: string): string => element(name, escapeXml(text));

/** `2026-11-23T12:00:00Z` */
export const isoSeconds = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** What may be changed in an answer by a fault: the ARN it speaks of, and the keys it hands out. */
export interface Tampering {
  readonly arn?: string;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly omit?: readonly string[];
}

/** The answer to either way of assuming a role. */
export function assumedRole(
  action: string,
  grant: Grant,
  requestId: string,
  subject: string | undefined,
  tampering: Tampering,
): string {
  const { identity, session, packedPolicySize } = grant;
  const values: Record<string, string> = {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: isoSeconds(session.expiration),
    ...tampering.credentials,
  };
  const kept = Object.entries(values).filter(([name]) => !tampering.omit?.includes(name));
  const arn = tampering.arn ?? identity.arn;
  const id = `${identity.role.id}:${arn.split('/').at(-1) ?? ''}`;
  const result = [
    tampering.omit?.includes('AssumedRoleUser')
      ? ''
      : element('AssumedRoleUser', leaf('AssumedRoleId', id) + leaf('Arn', arn)),
    tampering.omit?.includes('Credentials')
      ? ''
      : element('Credentials', kept.map(([name, value]) => leaf(name, value)).join('')),
    subject === undefined ? '' : leaf('SubjectFromWebIdentityToken', subject),
    packedPolicySize === undefined ? '' : leaf('PackedPolicySize', String(packedPolicySize)),
    identity.sourceIdentity === undefined ? '' : leaf('SourceIdentity', identity.sourceIdentity),
  ];
  return answer(action, result.join(''), requestId);
}

/** The answer to GetCallerIdentity. */
export function callerIdentity(identity: Identity, requestId: string, tampering: Tampering): string {
  const arn = tampering.arn ?? identity.arn;
  const account = arn.split(':')[4] ?? identity.account.id;
  return answer(
    'GetCallerIdentity',
    leaf('Arn', arn) + leaf('UserId', identity.userId) + leaf('Account', account),
    requestId,
  );
}

function answer(action: string, result: string, requestId: string): string {
  const metadata = element('ResponseMetadata', leaf('RequestId', requestId));
  return `<${action}Response xmlns="${stsNamespace}">${element(`${action}Result`, result)}${metadata}</${action}Response>\n`;
}

/** An error of the query protocol. */
export function errorXml(
  code: string,
  message: string,
  requestId: string,
  status: number,
  namespace = stsNamespace,
): string {
  const error =
    leaf('Type', status < 500 ? 'Sender' : 'Receiver') + leaf('Code', code) + leaf('Message', message);
  return `<ErrorResponse xmlns="${namespace}">${element('Error', error)}${leaf('RequestId', requestId)}</ErrorResponse>\n`;
}
