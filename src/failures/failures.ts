/** What a step that fails needs, in one chunk that no successful step loads. */
export { report } from './explanation.ts';
export { failStep } from './fail-step.ts';
export { leaveOut } from './leave-out.ts';
export { reportFailure } from './report-failure.ts';
