import { sessionSeconds } from './limits.ts';

/**
 * The settings of a hop: one row each, with the hop that it goes to, how it is sent to STS, whether AssumeRole is needed
 * to send it, and whether it is part of a plan's identity. `Hop`, the requests to STS, {@link identityOf} and the
 * check of what web identity accepts are made from these rows; `request/hop-readers.ts` has a reader for each.
 */

/** A session tag. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The tags of a chain: transitive ones are set by the first AssumeRole, the others by the last. */
export interface SessionTags {
  readonly transitive: readonly Tag[];
  readonly others: readonly Tag[];
}

/** An MFA device and the code that it shows. */
export interface Mfa {
  readonly serialNumber: string;
  /** Six digits, valid for one request. */
  readonly tokenCode: string;
}

/** Where a hop is in its chain. */
export interface Place {
  /** From 0. */
  readonly index: number;
  /** The first hop that is assumed by AssumeRole: with a web identity, the second of the chain. */
  readonly isFirstAssumeRole: boolean;
  readonly isLast: boolean;
}

/** Parameters of AssumeRole (AWS STS API Reference), but for the role. */
export interface HopParameters {
  readonly RoleSessionName?: string;
  /** Seconds. */
  readonly DurationSeconds?: number;
  readonly ExternalId?: string;
  readonly Tags?: { readonly Key: string; readonly Value: string }[];
  readonly TransitiveTagKeys?: string[];
  readonly SourceIdentity?: string;
  readonly Policy?: string;
  readonly PolicyArns?: { readonly arn: string }[];
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
}

interface HopSetting<Chain, Part extends object> {
  /** The part of one hop, from what was asked for the whole chain. */
  readonly on: (chain: Chain, place: Place) => Part;
  /** What is sent. A parameter that is absent must be left out: STS refuses empty values. */
  readonly sent: (part: Part) => HopParameters;
  /** `AssumeRole`: AssumeRoleWithWebIdentity has no parameter for it. `user-keys`: only the keys of an IAM user do. */
  readonly needs: 'nothing' | 'AssumeRole' | 'user-keys';
  /** The part of the plan's identity, see {@link identityOf}; undefined where the setting does not change it. */
  readonly identity: ((part: Part) => unknown) | undefined;
}

const setting = <Chain, Part extends object>(row: HopSetting<Chain, Part>): HopSetting<Chain, Part> => row;

export const hopSettings = {
  sessionName: setting({
    // One name a role.
    on: (names: readonly string[], { index }) => ({ sessionName: names[index] ?? '' }),
    sent: ({ sessionName }) => ({ RoleSessionName: sessionName }),
    needs: 'nothing',
    identity: ({ sessionName }) => sessionName,
  }),
  durationSeconds: setting({
    on: (seconds: number, { isLast }) => ({ durationSeconds: isLast ? seconds : sessionSeconds.least }),
    sent: ({ durationSeconds }) => ({ DurationSeconds: durationSeconds }),
    needs: 'nothing',
    identity: undefined,
  }),
  externalId: setting({
    // One id a role.
    on: (ids: readonly (string | undefined)[], { index }) => ({ externalId: ids[index] }),
    sent: ({ externalId }) => (externalId === undefined ? {} : { ExternalId: externalId }),
    needs: 'AssumeRole',
    identity: undefined,
  }),
  tags: setting({
    on: ({ transitive, others }: SessionTags, { isFirstAssumeRole, isLast }) => ({
      tags: [...(isFirstAssumeRole ? transitive : []), ...(isLast ? others : [])] as readonly Tag[],
      transitiveTagKeys: isFirstAssumeRole ? transitive.map(({ key }) => key) : [],
    }),
    sent: ({ tags, transitiveTagKeys }) => ({
      ...(tags.length > 0 ? { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) } : {}),
      ...(transitiveTagKeys.length > 0 ? { TransitiveTagKeys: [...transitiveTagKeys] } : {}),
    }),
    needs: 'AssumeRole',
    identity: ({ tags, transitiveTagKeys }) => [
      tags.map(({ key, value }) => [key, value]),
      transitiveTagKeys,
    ],
  }),
  sourceIdentity: setting({
    on: (sourceIdentity: string | undefined, { isFirstAssumeRole }) => ({
      sourceIdentity: isFirstAssumeRole ? sourceIdentity : undefined,
    }),
    sent: ({ sourceIdentity }) => (sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    needs: 'AssumeRole',
    identity: ({ sourceIdentity }) => sourceIdentity,
  }),
  policy: setting({
    // Minified JSON.
    on: (policy: string | undefined, { isLast }) => ({ policy: isLast ? policy : undefined }),
    sent: ({ policy }) => (policy === undefined ? {} : { Policy: policy }),
    needs: 'nothing',
    identity: ({ policy }) => policy,
  }),
  policyArns: setting({
    on: (arns: readonly string[], { isLast }) => ({ policyArns: isLast ? arns : [] }),
    sent: ({ policyArns }) =>
      policyArns.length > 0 ? { PolicyArns: policyArns.map((arn) => ({ arn })) } : {},
    needs: 'nothing',
    identity: ({ policyArns }) => policyArns,
  }),
  mfa: setting({
    on: (mfa: Mfa | undefined, { isFirstAssumeRole }) => ({ mfa: isFirstAssumeRole ? mfa : undefined }),
    sent: ({ mfa }) =>
      mfa === undefined ? {} : { SerialNumber: mfa.serialNumber, TokenCode: mfa.tokenCode },
    needs: 'user-keys',
    identity: undefined,
  }),
};

type Rows = typeof hopSettings;

/** The name of a setting. */
export type HopSettingName = keyof Rows;

/** What was asked for a whole chain. */
export type ChainSettings = { readonly [Name in HopSettingName]: Parameters<Rows[Name]['on']>[0] };

type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** What a hop has of its settings. */
export type HopParts = Readonly<Together<ReturnType<Rows[HopSettingName]['on']>>>;

/** All settings of the hop at a place. */
export function partsAt(chain: ChainSettings, place: Place): HopParts {
  const parts = Object.entries(hopSettings).map(([name, { on }]) =>
    (on as (chain: unknown, place: Place) => object)(chain[name as HopSettingName], place),
  );
  return Object.assign({}, ...parts) as HopParts;
}

/** What a request for a hop sends, but for the role. @param byToken it is AssumeRoleWithWebIdentity */
export function parametersOf(hop: HopParts, byToken: boolean): HopParameters {
  const rows = Object.values(hopSettings).filter(({ needs }) => !byToken || needs === 'nothing');
  return Object.assign({}, ...rows.map(({ sent }) => sent(hop))) as HopParameters;
}

/** What of a hop is part of its plan's identity, in the order of the rows. */
export function identityPartsOf(hop: HopParts): unknown[] {
  return Object.values(hopSettings).flatMap(({ identity }) => (identity ? [identity(hop) ?? ''] : []));
}
