/** An authenticator app of a user. */
export interface UserTotp {
  readonly totpId: string;
  /** Base32. */
  readonly secret: string;
  /** Whether a code was authenticated. */
  readonly verified: boolean;
  /** When it can no longer be used, unless it is verified by then. */
  readonly expiresAtSeconds: number;
  /** The time step of the latest code that was authenticated. Neither it nor earlier ones can be used again. */
  readonly lastStep: number;
  /** Those that were not used. */
  readonly recoveryCodes: readonly RecoveryCode[];
}

export interface RecoveryCode {
  readonly recoveryCodeId: string;
  /** In the format `a1b2-c3d4-e5f6`. */
  readonly code: string;
}
