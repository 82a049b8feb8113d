import { endpointOf } from '../aws/sts-endpoint.ts';
import { noAdvice } from '../sources/source.ts';
import { adviceOn } from '../sources/sources.ts';
import { isOrganizations } from './caller.ts';
import { report, type Explainer, type FailureContext, type Report } from './explanation.ts';

/** Answers about the caller's access key, its session, and the signature made with it. */

export const explainSignature: Explainer = (context) => {
  switch (context.answer.code) {
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return unknownKey(context);
    case 'SignatureDoesNotMatch':
    case 'InvalidSignatureException':
      return /Signature (expired|not yet current)/i.test(context.answer.text)
        ? clockSkew()
        : wrongSignature(context);
    case 'RequestExpired':
    case 'RequestInTheFuture':
    case 'RequestTimeTooSkewed':
      return clockSkew();
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return expiredSession(context);
    default:
      return undefined;
  }
};

/** The first thing to check wherever times are compared. */
export const clockStep =
  'the clock of this machine: compare `date -u` with the correct time, and set it (NTP)';

const clockSkew = (): Report =>
  report('Clock skew', "This machine's clock is more than 15 minutes off AWS's: set it (NTP).", {
    steps: [clockStep],
  });

/** Regions that every account has from the start; elsewhere tokens of the global endpoint are not valid (IAM User Guide). */
const defaultRegions =
  /^(us-(east|west)-[12]|ap-(northeast-[123]|south-1|southeast-[12])|ca-central-1|eu-(central-1|north-1|west-[123])|sa-east-1)$/;

function unknownKey(context: FailureContext): Report {
  const {
    plan: { base, sts },
    index,
  } = context;
  const { signingRegion: region } = endpointOf(sts);
  const optIn = !isOrganizations(context) && !defaultRegions.test(region);
  const { keys, unknownKey: causes } = adviceOn(base);
  const credentials = index > 1 ? 'the credentials of the previous role' : keys;
  return report(
    'Invalid access key',
    `AWS does not recognize ${credentials}${optIn ? `, or not in ${region}` : ''}: ${index > 1 ? 'check the endpoint' : 'use an active key, with its own session token if it has one'}.`,
    {
      steps: [
        ...(index > 1 ? [] : causes),
        optIn
          ? `the region: ${region} must be enabled in both accounts, and a session token of STS's global endpoint is not valid there`
          : undefined,
        index > 1
          ? 'the endpoint: do sts-endpoint and AWS_ENDPOINT_URL name the same STS that gave these credentials?'
          : 'the key: was it deleted or deactivated, or does it belong to another partition?',
      ],
    },
  );
}

function wrongSignature({ plan, index }: FailureContext): Report {
  const { advice, steps } = index === 1 ? adviceOn(plan.base).wrongSecret : noAdvice.wrongSecret;
  return report(
    'Wrong secret access key',
    advice ??
      'The secret access key does not belong to the access key, or a proxy changed the request: check both.',
    { steps: [...steps, 'a proxy that rewrites requests breaks their signature'] },
  );
}

function expiredSession({ plan, index }: FailureContext): Report {
  if (index > 1)
    return report(
      'Credentials expired',
      'The session of the previous role has already expired: check the clock.',
      {
        steps: [clockStep],
      },
    );
  const { session, expiredKeys } = adviceOn(plan.base);
  return report('Credentials expired', `The session of ${session} has expired: get new credentials.`, {
    steps: [...expiredKeys, clockStep],
  });
}
