import type { Plan } from '../aws/plan.ts';
import { readAnswer } from '../sts/classify.ts';
import type { Answer } from '../sts/errors.ts';
import { quoted } from '../text/quote.ts';
import { report, type Report, type Surroundings } from './explanation.ts';
import { choiceStep } from './source-choice.ts';

/** Credentials of the runner that are set up, and that the AWS SDK could not get. */

/** @returns undefined where no credentials are set up at all */
export function couldNotGet(
  message: string,
  cause: unknown,
  plan: Plan | undefined,
  surroundings: Surroundings,
): Report | undefined {
  const why = cause === undefined ? undefined : sdkReason(readAnswer(cause));
  if (why === undefined) return undefined;
  const origin = plan?.base.kind === 'ambient' ? plan.base.origin : {};
  const profile = origin['AWS_PROFILE'];
  const more = { steps: [choiceStep(surroundings)], words: message };
  return profile
    ? report(
        'AWS profile without credentials',
        `AWS_PROFILE is ${quoted(profile)}, and the AWS SDK could not get its credentials (${why}): correct the profile, or unset AWS_PROFILE.`,
        more,
      )
    : report(
        'No base credentials',
        `The AWS SDK could not get the runner's own credentials (${why}): correct ${settingsIn(origin)}, or set another credential-source.`,
        more,
      );
}

/** The variables that the SDK follows if no profile is named, in its order. */
const followed = [
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

function settingsIn(origin: Readonly<Record<string, string>>): string {
  const name = followed.find((one) => origin[one]);
  // The path of a container's credentials on ECS is enough to read them, so only a file's path is shown.
  const shown = name === 'AWS_WEB_IDENTITY_TOKEN_FILE' ? `, which is ${quoted(origin[name] ?? '')}` : '';
  return name === undefined ? 'their settings' : `${name}${shown}`;
}

/** Why the SDK could not get what is set up; undefined where nothing is. */
function sdkReason({ code, text }: Answer): string | undefined {
  if (text.includes('credential_process failed')) return 'credential_process failed';
  if (text.includes(" 'webIdentityToken' failed to satisfy")) return 'the token file is empty';
  if (text.startsWith('Could not load credentials from any providers')) return undefined;
  const reason = text.replace(/ \(.*$/, '').replace(/\.$/, '');
  return code === 'CredentialsProviderError' || text.startsWith(code) ? reason : `${code}: ${reason}`;
}
