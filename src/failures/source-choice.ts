import type { SourceChoice } from '../request/base.ts';
import { sources } from '../sources/sources.ts';
import type { Surroundings } from './explanation.ts';

/** The choice of `credential-source: auto`, where the source that it chose has failed. */

type Kind = SourceChoice['kind'];

/** The first thing to check where `auto` chose; undefined where the user did. */
export function choiceStep({ choice }: Surroundings): string | undefined {
  if (choice?.chosenBy !== 'auto') return undefined;
  const others: Kind[] = choice.kind === 'ambient' ? [] : [...choice.alsoAvailable, 'ambient'];
  const available = others.map((kind) => `${kind} (${sources[kind].name})`).join(' or ');
  const rest =
    available === ''
      ? 'No access key, token file or OIDC token was available'
      : `If another was meant, set credential-source: ${available}`;
  return `the source: credential-source is auto, and chose ${choice.kind} (${sources[choice.kind].name}). ${rest}`;
}

/** Before a policy that trusts the source that `auto` chose: it may not be the one that was meant. */
export function onlyIfMeant({ choice }: Surroundings): string {
  return choice?.chosenBy === 'auto'
    ? `Only if this job is meant to start from ${sources[choice.kind].name}: `
    : '';
}
