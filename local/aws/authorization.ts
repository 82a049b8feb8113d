import { Refusal } from './refusal.ts';
import type { WireRequest } from './wire.ts';

/** The Authorization header of Signature Version 4 (IAM User Guide, "AWS Signature Version 4 for API requests"). */

/** The parts of an Authorization header. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20261123`, of the credential's scope. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** In lower case. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /** From X-Amz-Date. */
  readonly time: Date;
}

/** 403, with what is wrong with the signature. */
export const signatureRefused = (message: string): Refusal =>
  new Refusal(403, 'SignatureDoesNotMatch', message);
const incomplete = (message: string): Refusal => new Refusal(400, 'IncompleteSignature', message);

/** @throws Refusal for a header that is absent or incomplete, and for kinds of signatures that are not verified here */
export function readAuthorization({ headers, target }: WireRequest): Authorization {
  const text = headers['authorization'];
  if (/[?&]X-Amz-Signature=/i.test(target) || headers['x-amz-content-sha256']?.startsWith('STREAMING-'))
    throw new Refusal(501, 'NotImplemented', 'Presigned URLs and streamed bodies are not verified here.');
  if (text === undefined)
    throw new Refusal(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
  const [algorithm, ...rest] = text.split(' ');
  const fields = new Map(
    rest
      .join(' ')
      .split(',')
      .map((field): [string, string] => {
        const [, name = '', value = ''] = /^\s*(\w+)=(\S+)\s*$/.exec(field) ?? [];
        return [name, value];
      }),
  );
  const { time, complaint } = timeOf(headers);
  const complaints = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !fields.has(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (algorithm !== 'AWS4-HMAC-SHA256') complaints.unshift(`Unsupported AWS 'algorithm'.`);
  if (complaint !== undefined) complaints.push(complaint);
  if (complaints.length > 0) throw incomplete(complaints.join(' '));
  const signedHeaders = (fields.get('SignedHeaders') ?? '').split(';');
  return {
    ...scopeOf(fields.get('Credential') ?? ''),
    signedHeaders,
    signature: fields.get('Signature') ?? '',
    time,
  };
}

function timeOf(headers: WireRequest['headers']): { time: Date; complaint?: string } {
  const stamp = headers['x-amz-date'];
  if (stamp === undefined) {
    const complaint = `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.`;
    return { time: new Date(Number.NaN), complaint };
  }
  const time = new Date(stamp.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
  const valid = !Number.isNaN(time.getTime()) && compact(time) === stamp;
  return valid ? { time } : { time, complaint: `Date must be in ISO-8601 'basic format'. Got '${stamp}'.` };
}

function scopeOf(credential: string): Pick<Authorization, 'accessKeyId' | 'date' | 'region' | 'service'> {
  const [accessKeyId = '', date = '', region = '', service = '', term = '', ...more] = credential.split('/');
  if (term !== 'aws4_request' || more.length > 0) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  return { accessKeyId, date, region, service };
}

/** What a credential's scope must be. */
export interface Scope {
  readonly service: string;
  /** Undefined: any, as behind a custom endpoint. */
  readonly region: string | undefined;
}

/** @throws Refusal for a scope of another service, region or day */
export function checkScope({ service, region, date, time }: Authorization, wanted: Scope): void {
  const day = compact(time).slice(0, 8);
  if (service !== wanted.service)
    throw signatureRefused(`Credential should be scoped to correct service: '${wanted.service}'. `);
  if (wanted.region !== undefined && region !== wanted.region)
    throw signatureRefused(`Credential should be scoped to a valid region, not '${region}'. `);
  if (date !== day) {
    throw signatureRefused(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${day}', from '${compact(time)}'.`,
    );
  }
}

/** Minutes by which clocks may differ: 15 for STS and S3, 5 elsewhere. */
const allowedMinutes = (service: string): number => (['sts', 's3'].includes(service) ? 15 : 5);

/** @throws Refusal with STS's two messages for a clock skew */
export function checkClock({ time, service }: Authorization, now: Date): void {
  const minutes = allowedMinutes(service);
  const shifted = (sign: number): Date => new Date(now.getTime() + sign * minutes * 60_000);
  const [earliest, latest] = [shifted(-1), shifted(1)];
  // X-Amz-Date has whole seconds: less than a second late is not late.
  if (compact(time) < compact(earliest)) {
    const limit = `${compact(earliest)} (${compact(now)} - ${minutes} min.)`;
    throw signatureRefused(`Signature expired: ${compact(time)} is now earlier than ${limit}`);
  }
  if (compact(time) > compact(latest)) {
    const limit = `${compact(latest)} (${compact(now)} + ${minutes} min.)`;
    throw signatureRefused(`Signature not yet current: ${compact(time)} is still later than ${limit}`);
  }
}

/** `20261123T120000Z` */
export const compact = (time: Date): string => time.toISOString().replace(/[-:]|\.\d{3}/g, '');
