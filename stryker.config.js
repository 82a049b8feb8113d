import jest from './jest.config.js';

/**
 * Mutation testing: `npm run mutation`. Every change that the unit tests do not notice is a survivor; docs/testing.md
 * says which are left, and why.
 */
const [{ displayName: _, ...unit }] = jest.projects;

export default {
  mutate: ['src/**/*.ts', '!src/index.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { projectType: 'custom', config: unit, enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  ignorePatterns: ['dist', 'build', 'coverage'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'build/mutation.json' },
  tempDirName: 'build/stryker',
  thresholds: { high: 95, low: 85, break: 85 },
};
