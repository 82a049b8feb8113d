import { noAdvice, sourceOfKeys, type Source } from './source.ts';

/** Keys from the inputs `access-key-id`, `secret-access-key` and `session-token`. */
export const accessKey: Source<'access-key'> = {
  name: 'the access key in the inputs',
  missing: 'no access key',
  label: 'access keys',
  // Inputs are registered as secrets when they are read.
  open: ({ credentials }) => sourceOfKeys('access-key', () => Promise.resolve(credentials)),
  secrets: ({ credentials }) => Object.values(credentials) as string[],
  advice: () => ({
    ...noAdvice,
    caller: 'the user of access-key-id',
    keys: 'access-key-id (and session-token)',
    session: 'access-key-id, secret-access-key and session-token',
    unknownKey: ['temporary keys (ASIA…) need their own session-token, complete and of the same session'],
    wrongSecret: {
      advice: 'secret-access-key does not belong to access-key-id: store the secret again, complete.',
      steps: [
        "the secret: was it pasted complete, under the right name, and is it not the key's id or another key's secret?",
      ],
    },
    expiredKeys: [
      "store only keys that do not expire as secrets, or better none: with `id-token: write` the job gets GitHub's OIDC token",
    ],
    expiredToken: '',
  }),
};
