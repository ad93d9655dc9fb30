/** How the package uses a Redis. */
export interface RedisOptions {
  /**
   * What the names of all keys and channels begin with, for applications that share a Redis. The id of Stytch's
   * project follows, so that projects are separate in any case.
   * @default 'nestjs-stytch'
   */
  readonly keyPrefix?: string | undefined;
}

export interface RedisKeys {
  /** A sorted set of notices by expiry. */
  readonly notices: string;
  /** How many times notices were published. */
  readonly sequence: string;
  readonly channel: string;
  /** A sorted set of session ids by when they may be claimed. */
  readonly pending: string;
  /** When each of these sessions ends. */
  readonly pendingUntil: string;
}

export const keyPrefixOf = ({ keyPrefix = 'nestjs-stytch' }: RedisOptions): string => keyPrefix;

/** The part in braces decides in which slot of a cluster a key is, so that all keys are in one. */
export function keysOf(namespace: string, options: RedisOptions): RedisKeys {
  const prefix = `${keyPrefixOf(options)}:{${namespace}}`;
  return {
    notices: `${prefix}:revocations`,
    sequence: `${prefix}:sequence`,
    channel: `${prefix}:notices`,
    pending: `${prefix}:pending`,
    pendingUntil: `${prefix}:pending-until`,
  };
}
