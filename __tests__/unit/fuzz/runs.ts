import fc from 'fast-check';

/**
 * How often a property is tried. `npm test` tries the same values each time, so that it fails by what has changed alone;
 * `npm run fuzz` tries others, and twenty times as many.
 */
const others = process.env['FUZZ'] === 'true';
export const runs = (count: number): { numRuns: number } => ({ numRuns: others ? count * 20 : count });

fc.configureGlobal(others ? runs(100) : { seed: 1 });
