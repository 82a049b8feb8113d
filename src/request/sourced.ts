/** Settings that have several places, of which the first with a value counts. */

/** The environment of the step, as far as it is read here. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A setting with the name of the place it came from. */
export interface Sourced {
  readonly from: string;
  readonly text: string;
}

/** The first of the places that has a value. */
export function first(places: readonly (readonly [string, string | undefined])[]): Sourced | undefined {
  const found = places.find(([, text]) => text?.trim());
  return found ? { from: found[0], text: (found[1] ?? '').trim() } : undefined;
}
