import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type User } from './user.js';
import { type Users } from './users.js';

// The defaults of Stytch's projects.
const maxFailedAttempts = 10;
const lockSeconds = 3600;

/** Locks users after consecutive failed attempts to sign in. */
export class UserLocks {
  constructor(
    private readonly users: Users,
    private readonly clock: EmulatorClock,
  ) {}

  /** Counts a wrong password or code. The last attempt that is allowed locks the user. */
  recordFailure(user: User): void {
    const edited = this.users.entries.edit(user);
    edited.failedAttempts += 1;
    if (edited.failedAttempts < maxFailedAttempts) return;
    const now = nowSeconds(this.clock);
    edited.failedAttempts = 0;
    edited.lock = { createdAtSeconds: now, expiresAtSeconds: now + lockSeconds };
  }

  /** @throws {ApiError} `user_lock_limit_reached` */
  refuseLocked(user: User): void {
    if (user.lock === null) return;
    refuse(429, 'user_lock_limit_reached');
  }

  /** Unlocks the user, or forgets the attempts that failed before a successful one. */
  reset(user: User): void {
    if (user.lock === null && user.failedAttempts === 0) return;
    Object.assign(this.users.entries.edit(user), { lock: null, failedAttempts: 0 });
  }

  removeExpired(): void {
    const now = nowSeconds(this.clock);
    for (const user of this.users.all()) {
      if (user.lock !== null && now >= user.lock.expiresAtSeconds) this.reset(user);
    }
  }
}
