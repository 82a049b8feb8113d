import { callerPairs, contextOf, type Call } from './call.ts';
import { checkRegion, checkRoleArn, durationOf, grant, type Grant } from './grant.ts';
import { checkParameters, listOf, tagsOf } from './parameters.ts';
import { evaluate, type Access } from './policy.ts';
import { accessDenied, invalidValue, notAuthorized } from './refusal.ts';
import { readSessionPolicies } from './session-policies.ts';
import { namesOf, type Identity } from './sessions.ts';
import { roleByArn, type PlacedRole } from './spec.ts';

/** AssumeRole (AWS STS API Reference), with the refusals in the order in which AWS was seen to make them. */

interface Tags {
  readonly sent: ReadonlyMap<string, string>;
  readonly inherited: ReadonlyMap<string, string>;
  /** Keys that this request makes transitive. */
  readonly transitive: readonly string[];
}

/**
 * @param caller whose signature the request bears
 * @throws Refusal with STS's code and words
 */
export function assumeRole(call: Call, caller: Identity): Grant {
  const { parameters, spec, region } = call;
  checkParameters('AssumeRole', parameters);
  const arn = parameters['RoleArn'] ?? '';
  checkRoleArn(arn);
  if (caller.kind === 'user' && caller.user.root)
    throw accessDenied('Roles may not be assumed by root accounts.');
  const tags = readTags(call, caller);
  const sourceIdentity = readSourceIdentity(call, caller);
  const mfa = usesMfa(call, caller);
  const role = roleByArn(spec, arn);
  if (role === undefined || (role.account.partition ?? 'aws') !== (caller.account.partition ?? 'aws')) {
    throw notAuthorized(caller.arn, 'sts:AssumeRole', arn);
  }
  checkRegion(role, region);
  checkAccess(call, caller, role, { tags, sourceIdentity, mfa });
  const chained = caller.kind === 'session';
  const all = new Map([...tags.inherited, ...tags.sent]);
  const { inline, packedPolicySize } = readSessionPolicies(parameters, role, [...all].flat().join('').length);
  const seconds = durationOf(parameters, role, chained);
  const transitiveKeys = [...tags.inherited.keys(), ...tags.transitive];
  const carried = { tags: all, transitiveKeys, sourceIdentity, sessionPolicy: inline, chained };
  return grant(call, { role, seconds, carried, packedPolicySize, token: undefined });
}

function readTags({ parameters }: Call, caller: Identity): Tags {
  const tags = tagsOf(parameters);
  const sent = new Map(tags.map(({ key, value }) => [key.toLowerCase(), { key, value }]));
  if (sent.size < tags.length)
    throw invalidValue('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  if ([...sent.keys()].some((key) => key.startsWith('aws:')))
    throw invalidValue('Tag keys beginning with aws: are reserved for system use.');
  const transitive = listOf(parameters, 'TransitiveTagKeys').map((key) => sent.get(key.toLowerCase())?.key);
  if (transitive.includes(undefined))
    throw invalidValue('The specified transitive tag key must be included in the requested tags.');
  const carried = caller.kind === 'session' ? caller.transitiveKeys : [];
  if (carried.some((key) => sent.has(key.toLowerCase()))) {
    throw invalidValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const held = caller.kind === 'session' ? [...caller.tags] : [];
  return {
    sent: new Map(tags.map(({ key, value }) => [key, value])),
    inherited: new Map(held.filter(([key]) => carried.includes(key))),
    transitive: [...new Set(transitive.filter((key) => key !== undefined))],
  };
}

/** A source identity that is set once lasts through the chain (IAM User Guide, "Monitor and control actions taken with assumed roles"). */
function readSourceIdentity({ parameters }: Call, caller: Identity): string | undefined {
  const sent = parameters['SourceIdentity'];
  const held = caller.kind === 'session' ? caller.sourceIdentity : undefined;
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
  const used = `${serial ?? ''} ${code ?? ''}`;
  const fits =
    device !== undefined &&
    device.serialNumber === serial &&
    device.tokenCode === code &&
    !usedCodes.has(used);
  if (!fits) throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code.');
  usedCodes.add(used);
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
    ['aws:TagKeys', tags.sent.size > 0 ? [...tags.sent.keys()] : undefined],
    ...[...tags.sent].map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ['aws:MultiFactorAuthPresent', caller.kind === 'session' ? 'false' : mfa ? 'true' : undefined],
    ['aws:MultiFactorAuthAge', mfa ? '0' : undefined],
  ]);
  const actions = [
    'sts:AssumeRole',
    ...(tags.sent.size > 0 || tags.inherited.size > 0 ? ['sts:TagSession'] : []),
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
  const session = caller.kind === 'session' ? caller.sessionPolicy : undefined;
  const limit = session === undefined ? 'allow' : evaluate(session, access);
  const own = evaluate(caller.permissions, access);
  if (evaluate(role.trustPolicy, access, named) !== 'allow' || own === 'deny' || limit !== 'allow')
    return false;
  if (own === 'allow') return true;
  // Within an account the trust policy alone suffices where it names the caller itself, and not its account.
  const direct = evaluate(role.trustPolicy, access, { ...named, account: '', partition: '' });
  return caller.account.id === role.account.id && direct === 'allow';
}
