/** Variables of the environment whose values are secrets. */

export const keyNames = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
];

/** Older names of access key ids, which some clients read where there is none by the name of today. */
export const olderAccessKeys = ['AWS_ACCESS_KEY', 'AMAZON_ACCESS_KEY_ID'];

/** The older names, with those of what belongs to them. */
export const olderKeyNames = [
  ...olderAccessKeys,
  'AWS_SECRET_KEY',
  'AMAZON_SECRET_ACCESS_KEY',
  'AMAZON_SESSION_TOKEN',
];

/** Whom minio-go signs as where AWS's own names are not set, before it reads any file. A MinIO server has the same settings. */
export const minioUsers = ['MINIO_ACCESS_KEY', 'MINIO_ROOT_USER'];

/** All names of access key ids: in some client, each outranks a profile. */
export const outranking = ['AWS_ACCESS_KEY_ID', ...olderAccessKeys, ...minioUsers];

/** With what belongs to them. */
export const minioNames = [...minioUsers, 'MINIO_SECRET_KEY', 'MINIO_ROOT_PASSWORD'];

/** A key of Amazon Bedrock alone. */
export const bearerToken = 'AWS_BEARER_TOKEN_BEDROCK';

export const secretVariables: ReadonlySet<string> = new Set([
  ...keyNames,
  ...olderKeyNames,
  ...minioNames,
  bearerToken,
]);
