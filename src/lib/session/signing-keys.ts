import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../options/clock.js';
import { StytchApi } from '../stytch-api/stytch-api.js';

/** Keys are fetched anew in the background from this age on. */
const freshForMs = 5 * 60_000;
/** While fetching fails, the last good keys serve for this long. */
const usableForMs = 24 * 3_600_000;
const shortestPauseMs = 5_000;
const longestPauseMs = 60_000;
const weakestKeyBits = 2048;

type KeySet = ReadonlyMap<string, KeyObject>;

/**
 * The project's published signing keys. Fetched here and not by the SDK: its fetch can stall for
 * good, forgets good keys after ten minutes and takes any set it is given.
 *
 * Attempts are rationed, failed ones too, so that neither an outage nor a flood of made-up key ids
 * becomes a flood of fetches.
 */
@Injectable()
export class SigningKeys {
  private readonly logger = new Logger('Stytch');
  private readonly clock: Clock;
  private keys: KeySet = new Map();
  private fetchedAtMs = -Infinity;
  private nextAttemptAtMs = -Infinity;
  private failures = 0;
  private flight: Promise<void> | undefined;

  constructor(
    private readonly api: StytchApi,
    @Inject(RESOLVED_OPTIONS) { clock }: ResolvedOptions,
  ) {
    this.clock = clock;
  }

  /** Whether there is any key to verify with. */
  get areKnown(): boolean {
    return this.keys.size > 0 && this.ageMs() < usableForMs;
  }

  /** The key of that id; starts a fetch in the background when the set is getting old. */
  get(keyId: string): KeyObject | undefined {
    if (this.ageMs() >= freshForMs) void this.attempt();
    return this.areKnown ? this.keys.get(keyId) : undefined;
  }

  /**
   * Looks for a key published since the last fetch, or for the first set. Resolves when a fetch
   * that was due has ended; at once when none is due. Never rejects.
   */
  async lookAgain(): Promise<void> {
    await this.attempt();
  }

  /** Fetches now, whatever the ration says; for an operator who knows that a key was withdrawn. */
  async reload(): Promise<void> {
    this.nextAttemptAtMs = -Infinity;
    await this.attempt();
  }

  private attempt(): Promise<void> {
    if (this.flight !== undefined) return this.flight;
    if (this.clock.monotonicMs() < this.nextAttemptAtMs) return Promise.resolve();
    this.flight = this.fetch().finally(() => {
      this.flight = undefined;
    });
    return this.flight;
  }

  private async fetch(): Promise<void> {
    const answer = await this.api.signingKeys();
    const keys = answer.kind === 'ok' ? readKeySet(answer.body) : undefined;
    const now = this.clock.monotonicMs();
    if (keys === undefined) {
      this.failures += 1;
      this.nextAttemptAtMs = now + Math.min(longestPauseMs, shortestPauseMs * 2 ** (this.failures - 1));
      this.logger.warn(
        this.areKnown
          ? 'The signing keys could not be fetched; the last good ones stay in use.'
          : 'The signing keys could not be fetched; sessions cannot be verified.',
      );
      return;
    }
    this.keys = keys;
    this.failures = 0;
    this.fetchedAtMs = now;
    this.nextAttemptAtMs = now + shortestPauseMs;
  }

  private ageMs(): number {
    return this.clock.monotonicMs() - this.fetchedAtMs;
  }
}

/**
 * The RSA signing keys of a JWK set (RFC 7517 section 5). `undefined` when there is none or the set
 * is odd: a good set is never replaced by such a one.
 */
function readKeySet(body: unknown): KeySet | undefined {
  const entries = (body as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(entries)) return undefined;
  const keys = new Map<string, KeyObject>();
  for (const entry of entries as unknown[]) {
    if (typeof entry !== 'object' || entry === null || 'd' in entry) return undefined;
    const { kty, kid, alg = 'RS256', use = 'sig', n, e } = entry as Record<string, unknown>;
    if (kty !== 'RSA' || alg !== 'RS256' || use !== 'sig' || typeof kid !== 'string') continue;
    const key = readPublicKey(n, e);
    if (key !== undefined) keys.set(kid, key);
  }
  return keys.size > 0 ? keys : undefined;
}

function readPublicKey(n: unknown, e: unknown): KeyObject | undefined {
  if (typeof n !== 'string' || typeof e !== 'string') return undefined;
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= weakestKeyBits ? key : undefined;
  } catch {
    return undefined;
  }
}
