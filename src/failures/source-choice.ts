import type { SourceChoice } from '../request/base.ts';
import type { Surroundings } from './explanation.ts';

/** The choice of `credential-source: auto`, where the source that it chose has failed. */

type Kind = SourceChoice['kind'];

const names: Record<Kind, string> = {
  oidc: "GitHub's OIDC token",
  'access-key': 'the access key of the inputs',
  'token-file': 'the file of web-identity-token-file',
  ambient: "the runner's own credentials",
};

/** The first thing to check where `auto` chose; undefined where the user did. */
export function choiceStep({ choice }: Surroundings): string | undefined {
  if (choice?.chosenBy !== 'auto') return undefined;
  const others: Kind[] = choice.kind === 'ambient' ? [] : [...choice.alsoAvailable, 'ambient'];
  const available = others.map((kind) => `${kind} (${names[kind]})`).join(' or ');
  const rest =
    available === ''
      ? 'No access key, token file or OIDC token was available'
      : `If another was meant, set credential-source: ${available}`;
  return `the source: credential-source is auto, and chose ${choice.kind} (${names[choice.kind]}). ${rest}`;
}

/** Before a policy that trusts the source that `auto` chose: it may not be the one that was meant. */
export function onlyIfMeant({ choice }: Surroundings): string {
  return choice?.chosenBy === 'auto' ? `Only if this job is meant to start from ${names[choice.kind]}: ` : '';
}
