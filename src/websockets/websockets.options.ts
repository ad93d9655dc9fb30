import { wholeNumber, type OptionDefinitions } from '../lib/internal.js';

/** What {@link websockets} accepts. */
export interface WebSocketsOptions {
  /**
   * How long an admission may take, in seconds, before the socket is closed with `stytch_unavailable`. It takes a
   * while only if Stytch is asked.
   * @default 10
   */
  readonly admissionTimeoutSeconds?: number;
  /**
   * How many sockets may wait for their admission at once. Further ones are closed with `stytch_unavailable`.
   * @default 1000
   */
  readonly maxPendingAdmissions?: number;
}

export const webSocketsOptions = {
  admissionTimeoutSeconds: { ...wholeNumber(1, 60), default: 10 },
  maxPendingAdmissions: { ...wholeNumber(1, 100_000), default: 1000 },
} satisfies OptionDefinitions<WebSocketsOptions>;
