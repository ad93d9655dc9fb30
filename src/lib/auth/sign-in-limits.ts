import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StytchEvents } from '../events/stytch-events.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchLimit } from '../options/limits.options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { MemoryLimitStorage } from '../limits/memory-limit-storage.js';
import { networkKey } from '../limits/network-key.js';
import { refused } from './refused.js';

/** The refusal of what exceeds a limit. */
type LimitExceeded = ReturnType<typeof refused>;

/** A client of Redis may wait for its server for ever; whoever asks for a link does not. */
const storageTimeoutMs = 500;

/**
 * How many links may be asked for: per address against mail floods, per network against trying many.
 * And how many may be opened from one network, since each costs a call that only Stytch can answer.
 */
@Injectable()
export class SignInLimits {
  private readonly logger = new Logger('Stytch');
  private readonly memoryStorage: LimitStorage;
  private hasWarnedAboutProxy = false;
  private hasWarnedAboutStorage = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly events: StytchEvents,
  ) {
    this.memoryStorage = new MemoryLimitStorage(options.clock);
  }

  /** Counts a request for a link; refuses it, and tells of that, where it exceeds a limit. */
  async countLinkRequest(
    request: IncomingMessage,
    ip: string | undefined,
    email: string,
  ): Promise<LimitExceeded | undefined> {
    const { perAddress } = this.options.limits;
    return (
      (await this.countByNetwork('login', request, ip)) ??
      (await this.count('login', 'address', perAddress, email.toLowerCase()))
    );
  }

  /** Counts the opening of a link, by the limit that holds for asking: each link is opened once. */
  countLinkUse(request: IncomingMessage, ip: string | undefined): Promise<LimitExceeded | undefined> {
    return this.countByNetwork('opening', request, ip);
  }

  private countByNetwork(
    action: 'login' | 'opening',
    request: IncomingMessage,
    ip: string | undefined,
  ): Promise<LimitExceeded | undefined> {
    this.warnAboutProxy(request, ip);
    const { perIp } = this.options.limits;
    return this.count(action, 'ip', perIp, ip === undefined ? undefined : networkKey(ip));
  }

  private async count(
    action: 'login' | 'opening',
    limit: 'address' | 'ip',
    rule: StytchLimit | undefined,
    subject: string | undefined,
  ): Promise<LimitExceeded | undefined> {
    if (rule === undefined || subject === undefined) return undefined;
    const key = this.hashedKey(`${action} ${limit}`, subject);
    const windowMs = rule.windowSeconds * 1000;
    const record = await this.increment(key, windowMs, rule.max, `stytch-${action}-${limit}`);
    if (record.totalHits <= rule.max && !record.isBlocked) return undefined;
    const retryAfterSeconds = Math.max(1, Math.ceil(Math.max(record.timeToBlockExpire, record.timeToExpire)));
    this.events.emit({ type: 'rate_limited', limit });
    return refused('rate_limited', retryAfterSeconds);
  }

  /** A storage that fails must neither stop logins nor lift the limits; one that does not answer fails. */
  private async increment(key: string, windowMs: number, max: number, name: string): Promise<LimitRecord> {
    const { storage } = this.options.limits;
    if (storage !== undefined) {
      try {
        const record = await withTimeout(storage.increment(key, windowMs, max, windowMs, name));
        if (isRecord(record)) return record;
      } catch {
        // Said below, without its message, which may repeat what was stored.
      }
      this.warnAboutStorage();
    }
    return this.memoryStorage.increment(key, windowMs, max, windowMs, name);
  }

  /** Addresses are personal: what is stored is a hash, of this project and this limit only. */
  private hashedKey(limit: string, subject: string): string {
    return createHash('sha256').update(`${this.options.projectId} ${limit} ${subject}`).digest('base64url');
  }

  private warnAboutStorage(): void {
    if (this.hasWarnedAboutStorage) return;
    this.hasWarnedAboutStorage = true;
    this.logger.error('The storage of the login limits fails; this process counts by itself meanwhile.');
  }

  private warnAboutProxy({ headers, socket }: IncomingMessage, ip: string | undefined): void {
    if (this.hasWarnedAboutProxy || headers['x-forwarded-for'] === undefined) return;
    if (ip !== socket.remoteAddress || !isPrivate(ip ?? '')) return;
    this.hasWarnedAboutProxy = true;
    this.logger.warn(
      'Requests come through a proxy, and everybody is counted as one. Set "trust proxy" (Express) or trustProxy (Fastify).',
    );
  }
}

/** The answer if it comes in time. */
async function withTimeout(record: Promise<LimitRecord>): Promise<LimitRecord | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, storageTimeoutMs, undefined);
  });
  return Promise.race([record, timeout]).finally(() => {
    clearTimeout(timer);
  });
}

/** Whether a storage answered with what its interface promises. */
function isRecord(record: Partial<LimitRecord> | undefined): record is LimitRecord {
  return [record?.totalHits, record?.timeToExpire, record?.timeToBlockExpire].every(Number.isFinite);
}

/** RFC 1918, loopback and unique local addresses: a proxy's, not a person's. */
const isPrivate = (ip: string) =>
  /^(::ffff:)?(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i.test(ip);
