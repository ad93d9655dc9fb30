import { Inject, Injectable } from '@nestjs/common';
import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Webhook } from 'standardwebhooks';
import type { RefusalCode } from '../errors/refusal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { SessionJwtVerifier } from '../session/verify/session-jwt-verifier.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

export type WebhookVerificationResult =
  | { readonly kind: 'verified'; readonly payload: unknown }
  | {
      readonly kind: 'refused';
      readonly code: Extract<RefusalCode, `webhook_${string}` | 'clock_skew'>;
    };

/** What is signed and what signs it. */
interface SignedDelivery {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly signatures: readonly string[];
}

const maxBodyBytes = 256 * 1024;
/** A delivery that is older or newer is refused, so that a recorded one can't be sent for long. */
const maxAgeSeconds = 5 * 60;
/** Without a dot, which separates the signed parts. */
const idPattern = /^[\w-]{1,128}$/;
const timestampPattern = /^\d{1,12}$/;
const maxSignaturesLength = 2048;

const refused = (
  code: Extract<WebhookVerificationResult, { readonly kind: 'refused' }>['code'],
): WebhookVerificationResult => ({ kind: 'refused', code });

/**
 * Verifies that Stytch sent a delivery, and when.
 *
 * `standardwebhooks` computes the signature. Its own `verify()` compares the time with that of the system; here
 * the clock of the options counts, as everywhere.
 *
 * Sources: the Standard Webhooks specification; Svix, which sends the deliveries for Stytch, for the names of the
 * headers. After a rotation of the secret, Svix signs with both for a day.
 */
@Injectable()
export class WebhookVerifier {
  #webhook: Promise<Webhook> | undefined;

  constructor(
    private readonly verifier: SessionJwtVerifier,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async verify(
    rawBody: Uint8Array | string | undefined,
    headers: IncomingHttpHeaders,
  ): Promise<WebhookVerificationResult> {
    const signed = readHeaders(headers);
    if (signed === undefined) return refused('webhook_signature_invalid');
    if (rawBody === undefined) {
      return refused(isJsonWithBody(headers) ? 'webhook_raw_body_missing' : 'webhook_malformed');
    }
    const body = textOf(rawBody);
    if (body === undefined) return refused('webhook_malformed');
    if (!(await this.verifier.ensureTrustedClock())) return refused('clock_skew');
    if (!this.isRecent(signed)) return refused('webhook_expired');
    if (!(await this.isSigned(signed, body))) return refused('webhook_signature_invalid');
    return parse(body);
  }

  private isRecent({ timestampSeconds }: SignedDelivery): boolean {
    return Math.abs(this.options.clock.nowMs() / 1000 - timestampSeconds) <= maxAgeSeconds;
  }

  private async isSigned(
    { id, timestampSeconds, signatures }: SignedDelivery,
    body: string,
  ): Promise<boolean> {
    const webhook = await (this.#webhook ??= loadWebhook(this.options.webhooks.secret ?? ''));
    const expected = Buffer.from(webhook.sign(id, new Date(timestampSeconds * 1000), body));
    return signatures.some((signature) => isEqual(Buffer.from(signature), expected));
  }
}

/** Loaded with the first delivery: applications without webhooks never need it. */
async function loadWebhook(secret: string): Promise<Webhook> {
  const { Webhook } = await import('standardwebhooks');
  return new Webhook(secret);
}

function readHeaders(headers: IncomingHttpHeaders): SignedDelivery | undefined {
  const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signatures } = headers;
  if (typeof id !== 'string' || !idPattern.test(id)) return undefined;
  if (typeof timestamp !== 'string' || !timestampPattern.test(timestamp)) return undefined;
  if (typeof signatures !== 'string' || signatures.length > maxSignaturesLength) return undefined;
  return { id, timestampSeconds: Number(timestamp), signatures: signatures.split(' ') };
}

/** Nest stores the raw body of such a request only. */
function isJsonWithBody(headers: IncomingHttpHeaders): boolean {
  const { 'content-type': type = '', 'content-length': length, 'transfer-encoding': encoding } = headers;
  return /^application\/json\s*(?:;|$)/i.test(type) && (encoding !== undefined || Number(length ?? 0) > 0);
}

/** Undefined for what is too long, or no text: the signature is one of text. */
function textOf(rawBody: Uint8Array | string): string | undefined {
  const bytes = Buffer.from(rawBody);
  return bytes.length <= maxBodyBytes && isUtf8(bytes) ? bytes.toString() : undefined;
}

const isEqual = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);

function parse(body: string): WebhookVerificationResult {
  try {
    return { kind: 'verified', payload: JSON.parse(body) as unknown };
  } catch {
    return refused('webhook_malformed');
  }
}
