/** What a step that fails needs, in one chunk that no successful step loads. */
export { failStep } from './fail-step.ts';
export { reportOf } from './report.ts';
export { summarizeFailure } from './summarize-failure.ts';
