/** What a step that fails needs, in one chunk that no successful step loads. */
export { report } from './explanation.ts';
export { failStep } from './fail-step.ts';
export { annotationOf, detailLines } from './render.ts';
export { leaveOut } from './leave-out.ts';
export { unexpected } from './machine.ts';
export { reportOf } from './report.ts';
export { surroundingsOf } from './surroundings.ts';
export { reportFailure } from './report-failure.ts';
export { summarizeFailure } from './summarize-failure.ts';
