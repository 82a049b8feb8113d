import { callerPairs, contextOf, type Call } from './call.ts';
import { checkPolicies, checkRegion, checkRoleArn, durationOf, grant, type Grant } from './grant.ts';
import { checkParameters, listOf, tagsOf } from './parameters.ts';
import { evaluate, type Access } from './policy.ts';
import { accessDenied, invalidValue, notAuthorized, validationError } from './refusal.ts';
import { namesOf, type Identity } from './sessions.ts';
import { roleByArn, type PlacedRole } from './world.ts';

/** AssumeRole (AWS STS API Reference), with the refusals in the order in which AWS was seen to make them. */

interface Tags {
  readonly sent: readonly { key: string; value: string }[];
  readonly inherited: ReadonlyMap<string, string>;
  readonly transitive: readonly string[];
}

export function assumeRole(call: Call, caller: Identity, region: string): Grant {
  const { parameters, world } = call;
  checkParameters('AssumeRole', parameters);
  const arn = parameters['RoleArn'] ?? '';
  checkRoleArn(arn);
  if (caller.kind === 'user' && caller.user.root)
    throw accessDenied('Roles may not be assumed by root accounts.');
  const tags = readTags(call, caller);
  const sourceIdentity = readSourceIdentity(call, caller);
  const mfa = usesMfa(call, caller);
  const role = roleByArn(world, arn);
  if (role === undefined || (role.account.partition ?? 'aws') !== (caller.account.partition ?? 'aws')) {
    throw notAuthorized(caller.arn, 'sts:AssumeRole', arn);
  }
  checkRegion(role, region);
  checkAccess(call, caller, role, { tags, sourceIdentity, mfa });
  const tagsLength = [...tags.inherited, ...tags.sent.map(({ key, value }) => [key, value])]
    .flat()
    .join('').length;
  const packed = checkPolicies(parameters, role, tagsLength);
  const seconds = durationOf(parameters, role, caller.kind === 'session');
  const all = new Map([...tags.inherited, ...tags.sent.map(({ key, value }) => [key, value] as const)]);
  return grant(call, role, seconds, { tags: all, transitiveKeys: tags.transitive, sourceIdentity }, packed);
}

function readTags({ parameters }: Call, caller: Identity): Tags {
  const sent = tagsOf(parameters);
  const keys = sent.map(({ key }) => key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalidValue('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  if (keys.some((key) => key.startsWith('aws:')))
    throw validationError('Tag keys starting with "aws:" are reserved.');
  const transitive = listOf(parameters, 'TransitiveTagKeys');
  if (transitive.some((key) => !keys.includes(key.toLowerCase()))) {
    throw invalidValue('The specified transitive tag key must be included in the requested tags.');
  }
  const carried = caller.kind === 'session' ? caller.transitiveKeys : [];
  if (carried.some((key) => keys.includes(key.toLowerCase()))) {
    throw invalidValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const held = caller.kind === 'session' ? [...caller.tags] : [];
  const inherited = new Map(held.filter(([key]) => carried.includes(key)));
  return { sent, inherited, transitive: [...carried, ...transitive] };
}

function readSourceIdentity({ parameters }: Call, caller: Identity): string | undefined {
  const sent = parameters['SourceIdentity'];
  const held = caller.kind === 'session' ? caller.sourceIdentity : undefined;
  if (sent?.startsWith('aws:')) throw validationError('SourceIdentity must not begin with aws:.');
  if (held !== undefined && sent !== undefined && sent !== held) {
    throw accessDenied("SourceIdentity can't be changed once it is set for a session.");
  }
  return held ?? sent;
}

/** @returns whether the request shows a device's code; a wrong or used one is refused */
function usesMfa({ parameters, usedCodes }: Call, caller: Identity): boolean {
  const { SerialNumber: serial, TokenCode: code } = parameters;
  if (serial === undefined && code === undefined) return false;
  const device = caller.kind === 'user' ? caller.user.mfa : undefined;
  const fits =
    device?.serialNumber === serial &&
    device?.tokenCode === code &&
    !usedCodes.has(`${serial ?? ''} ${code ?? ''}`);
  if (!fits) throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  usedCodes.add(`${serial ?? ''} ${code ?? ''}`);
  return true;
}

interface Shown {
  readonly tags: Tags;
  readonly sourceIdentity: string | undefined;
  readonly mfa: boolean;
}

/** Each action that the request amounts to must be allowed by the role's trust policy, and across accounts on both sides. */
function checkAccess(
  { parameters }: Call,
  caller: Identity,
  role: PlacedRole,
  { tags, sourceIdentity, mfa }: Shown,
): void {
  const context = contextOf([
    ...callerPairs(caller),
    ['sts:ExternalId', parameters['ExternalId']],
    ['sts:RoleSessionName', parameters['RoleSessionName']],
    ['sts:SourceIdentity', sourceIdentity],
    ['sts:TransitiveTagKeys', tags.transitive.length > 0 ? tags.transitive : undefined],
    ['aws:TagKeys', tags.sent.length > 0 ? tags.sent.map(({ key }) => key) : undefined],
    ...tags.sent.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
    ['aws:MultiFactorAuthPresent', caller.kind === 'session' ? 'false' : mfa ? 'true' : undefined],
  ]);
  const actions = [
    'sts:AssumeRole',
    ...(tags.sent.length > 0 || tags.inherited.size > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  for (const action of actions) {
    if (!isAllowed({ action, resource: role.arn, context }, caller, role))
      throw notAuthorized(caller.arn, action, role.arn);
  }
}

function isAllowed(access: Access, caller: Identity, role: PlacedRole): boolean {
  const partition = caller.account.partition ?? 'aws';
  const named = { kind: 'aws', account: caller.account.id, partition, arns: namesOf(caller) } as const;
  const trust = evaluate(role.trustPolicy, access, named);
  const own = evaluate(caller.permissions, access);
  if (trust !== 'allow' || own === 'deny') return false;
  if (own === 'allow') return true;
  // Within an account the trust policy alone suffices where it names the caller itself, and not its account.
  const direct = evaluate(role.trustPolicy, access, { ...named, account: '', partition: '' });
  return caller.account.id === role.account.id && direct === 'allow';
}
