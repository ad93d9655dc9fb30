/** The password of a user. Only its hash is stored. */
export interface StoredPassword {
  readonly passwordId: string;
  readonly hash: PasswordHash;
  /** Whether the password must be reset by email before it can be used again. */
  readonly requiresReset: boolean;
}

/** The hash of a password. The emulator creates `scrypt`; the other kinds are migrated. Bytes are base64. */
export type PasswordHash =
  | {
      readonly kind: 'scrypt';
      readonly salt: string;
      readonly key: string;
      readonly n: number;
      readonly r: number;
      readonly p: number;
    }
  | {
      readonly kind: 'pbkdf2';
      readonly salt: string;
      readonly key: string;
      readonly iterations: number;
      readonly digest: 'sha256' | 'sha512';
    }
  | {
      readonly kind: 'digest';
      readonly algorithm: 'md5' | 'sha1' | 'sha512';
      readonly hex: string;
      /** Added to the password before it is hashed. */
      readonly prefix: string;
      readonly suffix: string;
    }
  | { readonly kind: 'bcrypt' | 'argon2' | 'phpass'; readonly encoded: string };
