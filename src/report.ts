import type { Report } from './github/log.ts';
import { InputError } from './request/problems.ts';

/** The one place that turns what went wrong into what a user reads. */
export function reportOf(error: unknown): Report {
  if (error instanceof InputError) {
    const count = error.problems.length;
    const title = count === 1 ? 'One input is wrong' : `${count} inputs are wrong`;
    return { title, message: error.message };
  }
  const name = error instanceof Error ? error.name : '';
  return {
    title: titles[name] ?? 'Unexpected failure',
    message: error instanceof Error ? error.message : String(error),
  };
}

const titles: Readonly<Record<string, string>> = {
  RequestFailure: 'Role not assumed',
  AnswerMismatch: 'Answer refused',
  NoBaseCredentials: 'No base credentials',
  Interrupted: 'Stopped',
};
