/**
 * Learns Stytch's time from the `Date` header of its responses. An abstract class, like `SessionApi`,
 * because Nest injects it by its type.
 */
export abstract class ServerTimeObserver {
  /** @param serverTimeMs when the response was sent, in epoch milliseconds by Stytch's clock */
  abstract observe(serverTimeMs: number): void;
}
