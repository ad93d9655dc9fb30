import type { RevocationNotice } from '../../ports/revocation-channel.js';
import type { DenyKey } from './deny-list.js';

export interface Denial {
  readonly key: DenyKey;
  /** Wall time, in epoch milliseconds. */
  readonly untilMs: number;
}

const sessionPrefix = 'session ';
const tokenPrefix = 'token ';
/** Ids and hashes. */
const id = /^[\w:.+/=-]{1,180}$/;
/** The longest session that Stytch supports, and the life of its last JWT. */
const maxDenialMs = 367 * 24 * 3_600_000;

export const noticeOf = ({ key, untilMs }: Denial): RevocationNotice => ({
  key: 'sessionId' in key ? sessionPrefix + key.sessionId : tokenPrefix + key.tokenHash,
  untilMs,
});

/** Undefined if the notice is not one of a denial: newer versions may send others. */
export function denialOf({ key, untilMs }: RevocationNotice, nowMs: number): Denial | undefined {
  if (!Number.isFinite(untilMs) || untilMs > nowMs + maxDenialMs) return undefined;
  const denied = denyKeyOf(key);
  return denied && { key: denied, untilMs };
}

function denyKeyOf(key: string): DenyKey | undefined {
  if (key.startsWith(sessionPrefix)) {
    const sessionId = key.slice(sessionPrefix.length);
    return id.test(sessionId) ? { sessionId } : undefined;
  }
  if (!key.startsWith(tokenPrefix)) return undefined;
  const tokenHash = key.slice(tokenPrefix.length);
  return id.test(tokenHash) ? { tokenHash } : undefined;
}
