/**
 * What this action has left on disk or in the runner's state, read back. It is JSON with a format version, and every
 * field is checked: an older version, another program, a full disk or a user may have written it. What does not fit
 * counts as absent. Imports nothing, because every call of an AWS client loads it.
 */

/** Checks that a value read back is a T. */
export type Check<T> = (value: unknown) => value is T;

export const isText: Check<string> = (value) => typeof value === 'string';
export const isFlag: Check<boolean> = (value) => typeof value === 'boolean';
/** A number that is finite and not negative: seconds and counts. */
export const isNumber: Check<number> = (value): value is number =>
  Number.isFinite(value) && Number(value) >= 0;

/** A point in time, in milliseconds since 1970, that a Date can have (ECMA-262, "Time Values and Time Range"). */
export const isTime: Check<number> = (value): value is number =>
  isNumber(value) && value <= 8_640_000_000_000_000;

/** A text that matches as a whole. */
export function isLike(pattern: RegExp): Check<string> {
  return (value): value is string => isText(value) && pattern.test(value);
}

/** The field may be left out. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function isListOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every((one) => check(one));
}

/** An object whose values are all of a kind, such as variables by name. */
export function isMapOf<T>(check: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every((one) => check(one));
}

/** An object with these fields; further ones are left alone. */
export function isShape<T extends object>(fields: { [K in keyof Required<T>]: Check<T[K]> }): Check<T> {
  const checks = Object.entries<Check<unknown>>(fields);
  return (value): value is T => isObject(value) && checks.every(([name, check]) => check(value[name]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param format the version of this kind of record; raised whenever what it holds changes */
export function recordText(format: number, content: object): string {
  return JSON.stringify({ format, ...content });
}

/** @returns undefined for no text, for text that is no JSON, and for a record of another format or shape */
export function readRecord<T extends object>(
  text: string | undefined,
  format: number,
  check: Check<T>,
): T | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { format: written, ...content } = value;
    return written === format && check(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
