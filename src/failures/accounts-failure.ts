import { ActionError } from '../text/action-error.ts';
import type { Report } from './explanation.ts';

/** A failure that comes with its report: that of many accounts. */
export class AccountsFailure extends ActionError {
  declare readonly code: 'accounts-failed';
  readonly report: Report;

  constructor(report: Report) {
    super('accounts-failed', report.advice);
    this.report = report;
  }
}
