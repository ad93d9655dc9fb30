import { type ExpiringToken } from '../sign-in/expiring-tokens.js';

/** A token that signs an employee of the application's operator in as somebody else. */
export interface ImpersonationToken extends ExpiringToken {
  /** The user or member that is impersonated. */
  readonly subjectId: string;
  readonly impersonatorId: string;
  readonly impersonatorEmail: string;
}
