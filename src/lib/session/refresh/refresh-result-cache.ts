import type { Clock } from '../../ports/clock.js';
import { Generations } from '../verify/size-bounded-cache.js';
import type { CannotTell, SessionOutcome, SignedIn, SignedOut } from '../session-result.js';

/** A browser sends several requests at once; those that come late get the same answer. */
const stragglersComeWithinMs = 2_000;
const definitiveNoForMs = 60_000;
const longestFailureMs = 60_000;
const maxBytes = 4 * 1024 * 1024;

interface Kept {
  readonly outcome: SessionOutcome;
  untilMs: number;
  /** Handed out once, it stays for the stragglers only. */
  readonly leavesWhenCarried: boolean;
}

/** Outcomes of calls to Stytch, kept for as long as they may serve others. Bounded. */
export class KeptOutcomes {
  private readonly kept = new Generations<Kept>(maxBytes, weightOf);

  constructor(private readonly clock: Clock) {}

  /** Takes an outcome to carry it out on an answer. */
  take(key: string): SessionOutcome | undefined {
    const kept = this.stillKept(key);
    if (kept?.leavesWhenCarried === true) {
      kept.untilMs = Math.min(kept.untilMs, this.clock.monotonicMs() + stragglersComeWithinMs);
    }
    return kept?.outcome;
  }

  /** Looks without carrying anything out. */
  peek(key: string): SessionOutcome | undefined {
    return this.stillKept(key)?.outcome;
  }

  keepSignedIn(
    key: string,
    outcome: SignedIn,
    kept: {
      livesForMs: number;
      /** Somebody waits for it and carries it out now. */
      isCarried: boolean;
      /** Whether a cookie can hold it. */
      isEverCarried: boolean;
    },
  ): void {
    const forMs = kept.isCarried ? Math.min(stragglersComeWithinMs, kept.livesForMs) : kept.livesForMs;
    this.keep(key, outcome, forMs, kept.isEverCarried);
  }

  /** While Stytch asked for a pause, it is not asked about the same session again. */
  keepFailure(key: string, outcome: CannotTell): void {
    const forMs = (outcome.retryAfterSeconds ?? 0) * 1000;
    this.keep(key, outcome, Math.min(longestFailureMs, Math.max(stragglersComeWithinMs, forMs)), false);
  }

  keepDefinitiveNo(key: string, outcome: SignedOut): void {
    this.keep(key, outcome, definitiveNoForMs, false);
  }

  private stillKept(key: string): Kept | undefined {
    const kept = this.kept.get(key);
    if (kept === undefined || this.clock.monotonicMs() < kept.untilMs) return kept;
    this.kept.delete(key);
    return undefined;
  }

  private keep(key: string, outcome: SessionOutcome, forMs: number, leavesWhenCarried: boolean): void {
    this.kept.delete(key);
    this.kept.set(key, { outcome, untilMs: this.clock.monotonicMs() + forMs, leavesWhenCarried });
  }
}

const weightOf = ({ outcome }: Kept): number =>
  512 + (outcome.kind === 'signed_in' ? 4 * outcome.verified.jwt.length : 0);
