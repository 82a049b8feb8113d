import type { Grant } from './grant.ts';
import type { Identity } from './sessions.ts';

/** Answers of the query protocol, with elements in the order of the examples of the AWS STS API Reference. */

/** The namespaces of the services' query protocols. */
export const namespaces: Readonly<Record<string, string>> = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  cloudformation: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
};

/** Escapes a text for XML. Characters that XML 1.0 does not allow become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}

/** An element with XML in it. */
export const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
/** An element with text in it, which is escaped. */
export const leaf = (name: string, text: string): string => element(name, escapeXml(text));
const maybe = (name: string, text: string | undefined): string =>
  text === undefined ? '' : leaf(name, text);

/** `2026-11-23T12:00:00Z` */
const isoSeconds = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Changes to an answer: its ARN, its credentials, and elements to leave out. */
export interface AnswerChanges {
  readonly arn: (arn: string) => string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly omit: readonly string[];
}

/** The answer to AssumeRole and AssumeRoleWithWebIdentity. */
export function assumedRole(action: string, grant: Grant, requestId: string, changes: AnswerChanges): string {
  const { identity, session, packedPolicySize, token } = grant;
  const unlessOmitted = (name: string, content: string): string =>
    changes.omit.includes(name) ? '' : element(name, content);
  const arn = changes.arn(identity.arn);
  const id = `${identity.role.id}:${arn.split('/').at(-1) ?? ''}`;
  const values = {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: isoSeconds(session.expiration),
    ...changes.credentials,
  };
  const credentials = Object.entries(values).map(([name, value]) => unlessOmitted(name, escapeXml(value)));
  const result = [
    maybe('SubjectFromWebIdentityToken', token?.subject),
    maybe('Audience', token?.audience),
    maybe('SourceIdentity', identity.sourceIdentity),
    unlessOmitted(
      'AssumedRoleUser',
      unlessOmitted('AssumedRoleId', escapeXml(id)) + unlessOmitted('Arn', escapeXml(arn)),
    ),
    unlessOmitted('Credentials', credentials.join('')),
    maybe('PackedPolicySize', packedPolicySize?.toString()),
    maybe('Provider', token?.issuer),
  ];
  return answerXml('sts', action, result.join(''), requestId);
}

/** The answer to GetCallerIdentity. */
export function callerIdentity(identity: Identity, requestId: string, changes: AnswerChanges): string {
  const arn = changes.arn(identity.arn);
  const account = arn.split(':')[4] ?? '';
  const result = leaf('Arn', arn) + leaf('UserId', identity.userId) + leaf('Account', account);
  return answerXml('sts', 'GetCallerIdentity', result, requestId);
}

/** An answer of the query protocol. */
export function answerXml(service: string, action: string, result: string, requestId: string): string {
  const metadata = element('ResponseMetadata', leaf('RequestId', requestId));
  const content = `${element(`${action}Result`, result)}${metadata}`;
  return `<${action}Response xmlns="${namespaces[service] ?? ''}">${content}</${action}Response>\n`;
}

/** An error of the query protocol. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** @param namespace the service's, or AWSFault for an action that no service has */
export function errorXml(
  { status, code, message }: ErrorAnswer,
  namespace: string,
  requestId: string,
): string {
  const error =
    leaf('Type', status < 500 ? 'Sender' : 'Receiver') + leaf('Code', code) + leaf('Message', message);
  return `<ErrorResponse xmlns="${namespace}">${element('Error', error)}${leaf('RequestId', requestId)}</ErrorResponse>\n`;
}
