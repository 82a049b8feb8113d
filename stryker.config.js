import jest from './jest.config.js';

/**
 * Mutation testing: `npm run mutation`, or for some files `npm run mutation -- --mutate 'src/profiles/*.ts'`. Every change
 * that the unit tests do not notice is a survivor; docs/testing.md says what is left, and why. It takes hours for all.
 */
const [{ displayName: _, ...unit }] = jest.projects;

export default {
  mutate: ['src/**/*.ts', '!src/entry-points.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    // What tests the tests' own world does not test src/, and property tests cost more than they tell here.
    config: { ...unit, testPathIgnorePatterns: ['/unit/(local|bench|fuzz|docs|readme)'] },
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  ignorePatterns: ['dist', 'build', 'coverage'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'build/mutation.json' },
  tempDirName: 'build/stryker',
  thresholds: { high: 95, low: 85, break: 85 },
};
