/** A token that signs an employee of the application's operator in as a user. */
export interface ImpersonationToken {
  readonly token: string;
  readonly userId: string;
  readonly impersonatorId: string;
  readonly impersonatorEmail: string;
  readonly expiresAtSeconds: number;
}
