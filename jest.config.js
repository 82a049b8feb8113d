/** One configuration, three projects: unit (pure), e2e (dist as a child process), clients (real AWS clients). */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        sourceMaps: 'inline',
      },
    ],
  },
};

export default {
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts', '!src/entry-points.ts'],
  coverageThreshold: { global: { branches: 95, functions: 95, lines: 95, statements: 95 } },
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/__tests__/unit/**/*.test.ts'] },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/__tests__/e2e/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/__tests__/timeout.ts'],
    },
    {
      ...common,
      displayName: 'clients',
      testMatch: ['<rootDir>/__tests__/clients/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/__tests__/timeout.ts'],
    },
  ],
};
