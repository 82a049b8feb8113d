import type { Reply } from './actions.ts';
import { jsonError } from './json-service.ts';
import { s3Error } from './other-services.ts';
import type { Refusal } from './refusal.ts';
import { errorXml, namespaces } from './xml.ts';

/** An error in the form of a service: S3 and the JSON services have their own. */
export function errorReply(refusal: Refusal, service: string, requestId: string): Reply {
  if (service === 's3') return s3Error(refusal, requestId);
  if (service === 'organizations') return jsonError(refusal);
  // A request that belongs to no service gets the common namespace.
  const namespace = namespaces[service] ?? 'http://webservices.amazon.com/AWSFault/2005-15-09';
  return { status: refusal.status, body: errorXml(refusal, namespace, requestId) };
}
