import { type EmulatorClock, nowSeconds } from '../../clock.js';
import { type Entries } from '../../project/entries.js';
import { refuse } from '../../wire/api-error.js';

// The defaults of Stytch's projects.
const maxFailedAttempts = 10;
const lockSeconds = 3600;

/** While an account is locked, no attempt to authenticate succeeds. */
export interface AccountLock {
  readonly createdAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** A user or a member, as far as locks are concerned. */
export interface LockableAccount {
  /** Since the last successful attempt. */
  readonly failedAttempts: number;
  readonly lock: AccountLock | null;
}

/** Locks accounts after consecutive failed attempts to sign in. */
export class AccountLocks<Account extends LockableAccount> {
  constructor(
    private readonly accounts: Entries<Account>,
    private readonly clock: EmulatorClock,
  ) {}

  /** Counts a wrong password or code. The last attempt that is allowed locks the account. */
  recordFailure(account: Account): void {
    const failedAttempts = account.failedAttempts + 1;
    const now = nowSeconds(this.clock);
    this.change(
      account,
      failedAttempts < maxFailedAttempts
        ? { failedAttempts, lock: account.lock }
        : { failedAttempts: 0, lock: { createdAtSeconds: now, expiresAtSeconds: now + lockSeconds } },
    );
  }

  /** @throws {ApiError} `user_lock_limit_reached` */
  refuseLocked(account: Account): void {
    if (account.lock === null) return;
    refuse(429, 'user_lock_limit_reached');
  }

  /** Unlocks the account, or forgets the attempts that failed before a successful one. */
  reset(account: Account): void {
    if (account.lock === null && account.failedAttempts === 0) return;
    this.change(account, { failedAttempts: 0, lock: null });
  }

  removeExpired(): void {
    const now = nowSeconds(this.clock);
    for (const account of this.accounts.all()) {
      if (account.lock !== null && now >= account.lock.expiresAtSeconds) this.reset(account);
    }
  }

  private change(account: Account, state: LockableAccount): void {
    Object.assign(this.accounts.edit(account), state);
  }
}
