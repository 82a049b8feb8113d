import { isDeepStrictEqual } from 'node:util';
import { isOpen } from './expressions.ts';

/** The jobs that a matrix makes, as far as it is written out. */

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** GitHub's own limit is 256 jobs. Larger products are not worked out. */
const mostJobs = 1024;

/**
 * Whether some job of a matrix lacks a value. What an expression makes is not known, and counts as there.
 * @param matrix `strategy.matrix` of a job
 * @param path what follows `matrix.` in an expression: `account.external-id`
 */
export function isLeftOut(matrix: Mapping, path: string): boolean {
  return jobsOf(matrix).some((job) => isEmptyAt(job, path.split('.')));
}

/** Whether every job of a matrix has a value, as far as the matrix is written out. */
export function isGiven(matrix: Mapping, path: string): boolean {
  const values = valuesOf(matrix, path);
  return values.length > 0 && values.every((value) => value !== undefined && value !== null && value !== '');
}

/** Whether a value is text in every job that has it. One that an expression makes may be anything. */
export function isTextIn(matrix: Mapping, path: string): boolean {
  const values = valuesOf(matrix, path);
  return values.length > 0 && values.every((value) => value === undefined || typeof value === 'string');
}

/** The value in each job; `[]` where an expression makes the jobs. */
function valuesOf(matrix: Mapping, path: string): unknown[] {
  const [axis = '', ...rest] = path.split('.');
  const own = matrix[axis];
  const jobs = jobsOf(matrix);
  // The other axes do not matter to one that is written out.
  if (jobs.length === 0 && Array.isArray(own)) return own.map((value: unknown) => valueAt(value, rest));
  return jobs.map((job) => valueAt(job, [axis, ...rest]));
}

function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (!isMapping(value)) return undefined;
  const found = Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : valueAt(value[found], rest);
}

/** Docs of GitHub Actions, "Expanding or adding matrix configurations". `exclude` only makes fewer of them. */
function jobsOf(matrix: Mapping): Mapping[] {
  const { include } = matrix;
  const axes = Object.entries(matrix).filter(([name]) => !['include', 'exclude'].includes(name));
  const names = axes.map(([name]) => name);
  let jobs: Mapping[] = axes.length === 0 ? [] : [{}];
  for (const [name, values] of axes) {
    // An expression makes the whole axis, or the list of extra jobs.
    if (!Array.isArray(values) || jobs.length * values.length > mostJobs) return [];
    jobs = jobs.flatMap((job) => values.map((value: unknown) => ({ ...job, [name]: value })));
  }
  if (include !== undefined && !Array.isArray(include)) return [];
  const original = jobs;
  const added: Mapping[] = [];
  for (const entry of (include ?? []).filter(isMapping)) {
    const fits = original.map((job) =>
      Object.entries(entry).every(
        ([name, value]) => !names.includes(name) || isDeepStrictEqual(job[name], value),
      ),
    );
    if (fits.includes(true))
      jobs = jobs.map((job, index) => (fits[index] === true ? { ...job, ...entry } : job));
    else added.push(entry);
  }
  return [...jobs, ...added];
}

/** Names in expressions are the same in upper and lower case. */
function isEmptyAt(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return value === null || value === undefined || value === '';
  if (typeof value === 'string' && isOpen(value)) return false;
  if (!isMapping(value)) return true;
  const found = Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined || isEmptyAt(value[found], rest);
}
