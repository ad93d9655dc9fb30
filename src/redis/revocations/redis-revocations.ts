import type { RevocationChannel, RevocationListener, RevocationNotice } from '../../lib/index.js';
import { bounded } from '../bounded.js';
import { commandsOf, type RedisClient } from '../redis-client.js';
import type { RedisCommands } from '../redis-commands.js';
import { keysOf, type RedisKeys, type RedisOptions } from '../redis-options.js';
import { messageTextOf } from './notice-message.js';
import { pageScript, publishScript } from './scripts.js';
import { Subscription } from './subscription.js';

const pageSize = 1_000;
const pageTimeoutMs = 2_000;

/**
 * Shares sign-outs between the instances of an application through Redis, for `shared.revocations`.
 *
 * Notices are published to all instances, and kept in a sorted set until they expire, for instances that start or
 * reconnect. Redis holds session ids and hashes of opaque tokens, never a token. For up to 24 hours, it also holds the ids
 * of users, members and organizations that webhooks reported, with the time of the change.
 * @throws {TypeError} if the client is neither one of ioredis nor one of node-redis
 */
export function redisRevocations(client: RedisClient, options: RedisOptions = {}): RevocationChannel {
  const commands = commandsOf(client);
  return {
    connect(namespace: string, listener: RevocationListener) {
      const keys = keysOf(namespace, options);
      const subscription = new Subscription(commands, keys, listener);
      subscription.start();
      return {
        publish: (notices) => publish(commands, keys, notices),
        recent: () => recent(commands, keys),
        close: () => subscription.close(),
      };
    },
  };
}

async function publish(
  commands: RedisCommands,
  keys: RedisKeys,
  notices: readonly RevocationNotice[],
): Promise<void> {
  const stored = notices.flatMap(({ key, untilMs }) => [String(Math.ceil(untilMs)), key]);
  await commands.evaluate(
    publishScript,
    [keys.notices, keys.sequence],
    [keys.channel, messageTextOf(notices), ...stored],
  );
}

async function* recent(
  commands: RedisCommands,
  keys: RedisKeys,
): AsyncGenerator<readonly RevocationNotice[]> {
  for (let first = 0; ; first += pageSize) {
    const ranks = [String(first), String(first + pageSize - 1)];
    const page = (await bounded(
      commands.evaluate(pageScript, [keys.notices], ranks),
      pageTimeoutMs,
    )) as string[];
    const notices = Array.from({ length: page.length / 2 }, (_, at) => ({
      key: page[at * 2] ?? '',
      untilMs: Number(page[at * 2 + 1]),
    }));
    yield notices;
    if (notices.length < pageSize) return;
  }
}
