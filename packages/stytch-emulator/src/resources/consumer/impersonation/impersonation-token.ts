import { type ExpiringToken } from '../../sign-in/expiring-tokens.js';

/** A token that signs an employee of the application's operator in as a user. */
export interface ImpersonationToken extends ExpiringToken {
  readonly userId: string;
  readonly impersonatorId: string;
  readonly impersonatorEmail: string;
}
