/** The password of a user. Only its hash is stored. */
export interface UserPassword {
  readonly passwordId: string;
  readonly hash: PasswordHash;
  /** Whether the password must be reset by email before it can be used again. */
  readonly requiresReset: boolean;
}

/** Salt and key are base64. */
export interface PasswordHash {
  readonly kind: 'scrypt';
  readonly salt: string;
  readonly key: string;
  readonly n: number;
  readonly r: number;
  readonly p: number;
}
