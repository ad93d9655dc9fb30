import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StytchEvents } from '../events/stytch-events.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchLimit } from '../options/stytch-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { MemoryLimitStorage } from '../limits/memory-limit-storage.js';
import { networkOf } from '../limits/network-key.js';
import { refused } from './refused.js';

/** The refusal of what exceeds a limit. */
type Exceeded = ReturnType<typeof refused>;

/** A client of Redis may wait for its server for ever; whoever asks for a link does not. */
const storageAnswersWithinMs = 500;

/**
 * How many links may be asked for: per address against mail floods, per network against trying many.
 * And how many may be opened from one network, since each costs a call that only Stytch can answer.
 */
@Injectable()
export class LoginLimits {
  private readonly logger = new Logger('Stytch');
  private readonly ownStorage: LimitStorage;
  private hasWarnedOfProxy = false;
  private hasWarnedOfStorage = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly events: StytchEvents,
  ) {
    this.ownStorage = new MemoryLimitStorage(options.clock);
  }

  /** Counts a request for a link; refuses it, and tells of that, where it exceeds a limit. */
  async countAsking(
    request: IncomingMessage,
    ip: string | undefined,
    email: string,
  ): Promise<Exceeded | undefined> {
    const { perAddress } = this.options.limits;
    return (
      (await this.hitOfNetwork('login', request, ip)) ??
      (await this.hit('login', 'address', perAddress, email.toLowerCase()))
    );
  }

  /** Counts the opening of a link, by the limit that holds for asking: each link is opened once. */
  countOpening(request: IncomingMessage, ip: string | undefined): Promise<Exceeded | undefined> {
    return this.hitOfNetwork('opening', request, ip);
  }

  private hitOfNetwork(
    what: 'login' | 'opening',
    request: IncomingMessage,
    ip: string | undefined,
  ): Promise<Exceeded | undefined> {
    this.warnOfProxy(request, ip);
    const { perIp } = this.options.limits;
    return this.hit(what, 'ip', perIp, ip === undefined ? undefined : networkOf(ip));
  }

  private async hit(
    what: 'login' | 'opening',
    limit: 'address' | 'ip',
    rule: StytchLimit | undefined,
    subject: string | undefined,
  ): Promise<Exceeded | undefined> {
    if (rule === undefined || subject === undefined) return undefined;
    const key = this.keyOf(`${what} ${limit}`, subject);
    const windowMs = rule.windowSeconds * 1000;
    const record = await this.increment(key, windowMs, rule.max, `stytch-${what}-${limit}`);
    if (record.totalHits <= rule.max && !record.isBlocked) return undefined;
    const retryAfterSeconds = Math.max(1, Math.ceil(Math.max(record.timeToBlockExpire, record.timeToExpire)));
    this.events.tell({ type: 'rate_limited', limit });
    return refused('rate_limited', retryAfterSeconds);
  }

  /** A storage that fails must neither stop logins nor lift the limits; one that does not answer fails. */
  private async increment(key: string, windowMs: number, max: number, name: string): Promise<LimitRecord> {
    const { storage } = this.options.limits;
    if (storage !== undefined) {
      try {
        const record = await inTime(storage.increment(key, windowMs, max, windowMs, name));
        if (isRecord(record)) return record;
      } catch {
        // Said below, without its message, which may repeat what was stored.
      }
      this.warnOfStorage();
    }
    return this.ownStorage.increment(key, windowMs, max, windowMs, name);
  }

  /** Addresses are personal: what is stored is a hash, of this project and this limit only. */
  private keyOf(limit: string, subject: string): string {
    return createHash('sha256').update(`${this.options.projectId} ${limit} ${subject}`).digest('base64url');
  }

  private warnOfStorage(): void {
    if (this.hasWarnedOfStorage) return;
    this.hasWarnedOfStorage = true;
    this.logger.error('The storage of the login limits fails; this process counts by itself meanwhile.');
  }

  private warnOfProxy({ headers, socket }: IncomingMessage, ip: string | undefined): void {
    if (this.hasWarnedOfProxy || headers['x-forwarded-for'] === undefined) return;
    if (ip !== socket.remoteAddress || !isPrivate(ip ?? '')) return;
    this.hasWarnedOfProxy = true;
    this.logger.warn(
      'Requests come through a proxy, and everybody is counted as one. Set "trust proxy" (Express) or trustProxy (Fastify).',
    );
  }
}

/** The answer if it comes in time. */
async function inTime(answer: Promise<LimitRecord>): Promise<LimitRecord | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, storageAnswersWithinMs, undefined);
  });
  return Promise.race([answer, enough]).finally(() => {
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
