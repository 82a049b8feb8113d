import fc from 'fast-check';

/**
 * How often a property is tried. `npm test` tries the same values each time, so that only a change can make it fail.
 * `npm run fuzz` tries new values, twenty times as many.
 */
const others = process.env['FUZZ'] === 'true';
export const runs = (count: number): { numRuns: number } => ({ numRuns: others ? count * 20 : count });

fc.configureGlobal(others ? runs(100) : { seed: 1 });
