import { callerPairs, contextOf, resourcePairs, type Call } from './call.ts';
import { denialReason } from './denial.ts';
import { checkRegion, checkRoleArn, durationOf, grant, type Grant } from './grant.ts';
import { checkParameters, listOf, tagsOf } from './parameters.ts';
import { accessDenied, invalidValue, notAuthorized } from './refusal.ts';
import { readSessionPolicies } from './session-policies.ts';
import { isOptIn, type Identity } from './sessions.ts';
import { roleByArn, type AccountRole } from './spec.ts';

/** AssumeRole (AWS STS API Reference). Its errors come in the order that was observed in AWS. */

interface Tags {
  readonly sent: ReadonlyMap<string, string>;
  readonly inherited: ReadonlyMap<string, string>;
  /** Keys that this request makes transitive. */
  readonly transitive: readonly string[];
}

/**
 * @param caller the identity that signed the request
 * @throws Refusal with STS's code and message
 */
export function assumeRole(call: Call, caller: Identity): Grant {
  const { parameters, policies, region } = call;
  const { spec } = policies;
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
  // In opt-in regions STS must be active for both accounts (IAM User Guide, "Manage AWS STS in an AWS Region").
  checkRegion(isOptIn(region) ? [role.account, caller.account] : [role.account], region);
  checkAccess(call, caller, role, { tags, sourceIdentity, mfa });
  const chained = caller.kind === 'session';
  const all = new Map([...tags.inherited, ...tags.sent]);
  const { inline, packedPolicySize } = readSessionPolicies(parameters, role, [...all].flat().join('').length);
  const seconds = durationOf(parameters, role, chained);
  const transitiveKeys = [...tags.inherited.keys(), ...tags.transitive];
  const properties = { tags: all, transitiveKeys, sourceIdentity, sessionPolicy: inline, chained };
  return grant(call, { role, seconds, properties, packedPolicySize, token: undefined });
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
  const inheritedKeys = caller.kind === 'session' ? caller.transitiveKeys : [];
  if (inheritedKeys.some((key) => sent.has(key.toLowerCase()))) {
    throw invalidValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const callerTags = caller.kind === 'session' ? [...caller.tags] : [];
  return {
    sent: new Map(tags.map(({ key, value }) => [key, value])),
    inherited: new Map(callerTags.filter(([key]) => inheritedKeys.includes(key))),
    transitive: [...new Set(transitive.filter((key) => key !== undefined))],
  };
}

/** A source identity lasts through the chain once it is set (IAM User Guide, "Monitor and control actions taken with assumed roles"). */
function readSourceIdentity({ parameters }: Call, caller: Identity): string | undefined {
  const sent = parameters['SourceIdentity'];
  const current = caller.kind === 'session' ? caller.sourceIdentity : undefined;
  if (current !== undefined && sent !== undefined && sent !== current) {
    throw accessDenied("SourceIdentity can't be changed once it is set for a session.");
  }
  return current ?? sent;
}

/** @returns whether the request has a valid MFA code @throws Refusal for a code that is wrong or was used before */
function usesMfa({ parameters, usedCodes }: Call, caller: Identity): boolean {
  const { SerialNumber: serial, TokenCode: code } = parameters;
  if (serial === undefined && code === undefined) return false;
  const device = caller.kind === 'user' ? caller.user.mfa : undefined;
  const used = `${serial ?? ''} ${code ?? ''}`;
  const valid =
    device !== undefined &&
    device.serialNumber === serial &&
    device.tokenCode === code &&
    !usedCodes.has(used);
  if (!valid) throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code.');
  usedCodes.add(used);
  return true;
}

interface Evidence {
  readonly tags: Tags;
  readonly sourceIdentity: string | undefined;
  readonly mfa: boolean;
}

/** Every action that the request implies must be allowed. */
function checkAccess(
  { parameters, policies }: Call,
  caller: Identity,
  role: AccountRole,
  { tags, sourceIdentity, mfa }: Evidence,
): void {
  const context = contextOf([
    ...callerPairs(caller, policies.spec),
    ...resourcePairs(role, policies.spec),
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
    const reason = denialReason(policies, { action, resource: role.arn, context }, caller, role);
    if (reason !== undefined) throw notAuthorized(caller.arn, action, role.arn, reason);
  }
}
