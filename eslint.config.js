import tseslint from 'typescript-eslint';

/** What a folder must not import: the arrows of the house go down, and each outside world has one door. */
const closed = (files, ...groups) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
  },
});
const actions = [['@actions/*'], 'Only src/github talks to the runner.'];
const aws = [['@aws-sdk/*', '@smithy/*'], 'Only src/sts and src/sources/ambient.ts talk to AWS.'];

export default tseslint.config(
  { ignores: ['dist/**', 'build/**', 'coverage/**', 'node_modules/**', '*.config.js', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/dot-notation': 'off',
      // STS counts code points, which is what spreading a string gives.
      '@typescript-eslint/no-misused-spread': [
        'error',
        { allow: [{ from: 'lib', name: 'string' }, 'string'] },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**', 'local/**', 'bench/**'],
    rules: {
      'max-lines': ['error', { max: 200 }],
      'max-lines-per-function': ['error', { max: 40, skipComments: true, skipBlankLines: true }],
      complexity: ['error', 14],
    },
  },
  closed(['src/*.ts', 'src/{aws,request,delivery,profiles,failures,text}/**'], actions, aws),
  closed(['src/github/**'], aws),
  closed(['src/sts/**', 'src/sources/**', 'src/chain/**'], actions),
  { files: ['local/**', 'scripts/**', 'bench/**', 'soak/**'], rules: { 'no-console': 'off' } },
);
