import { checkSpec } from './policy-check.ts';
import { Refusal } from './refusal.ts';
import type { AccountSpec, AwsSpec } from './spec.ts';

/** A specification whose accounts may change while the local AWS runs. */
export interface LiveSpec extends AwsSpec {
  accounts: readonly AccountSpec[];
}

/** One account of a running local AWS. */
export interface LiveAccount {
  readonly spec: AwsSpec;
  /** As it is now. */
  readonly current: AccountSpec;
  /** @throws Error for an account that AWS would refuse; nothing changes then */
  change(change: (account: AccountSpec) => AccountSpec): void;
}

/** @throws Refusal for an id that no account has */
export function liveAccount(spec: LiveSpec, id: string): LiveAccount {
  const find = (): AccountSpec => {
    const found = spec.accounts.find((one) => one.id === id);
    if (found === undefined) throw new Refusal(404, 'AccountNotFound', `There is no account ${id}.`);
    return found;
  };
  find();
  return {
    spec,
    get current() {
      return find();
    },
    change: (change) => {
      const changed = change(find());
      const accounts = spec.accounts.map((one) => (one.id === id ? changed : one));
      checkSpec({ ...spec, accounts });
      spec.accounts = accounts;
    },
  };
}
