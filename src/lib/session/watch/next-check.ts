/** As for requests: a JWT with less remaining lifetime is refreshed. */
const refreshAheadMs = 60_000;
const minDelayMs = 1_000;

/** After this time, what has failed is tried again. */
export const retryAfterMs = 10_000;

/** When a session whose JWT was just checked is checked next, in milliseconds. */
export function nextCheckInMs({
  jwtExpiresInMs,
  sessionEndsInMs,
  refreshDueInMs,
}: {
  readonly jwtExpiresInMs: number;
  readonly sessionEndsInMs: number;
  /** When it has to be refreshed although its JWT is valid for longer. */
  readonly refreshDueInMs: number;
}): number {
  const untilRefreshMs = Math.min(
    jwtExpiresInMs > refreshAheadMs ? jwtExpiresInMs - refreshAheadMs : retryAfterMs,
    refreshDueInMs,
  );
  const untilExpiryMs = jwtExpiresInMs > 0 ? jwtExpiresInMs : Infinity;
  return Math.min(Math.max(minDelayMs, untilRefreshMs), untilExpiryMs, Math.max(0, sessionEndsInMs));
}
