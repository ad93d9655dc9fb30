import { createHmac } from 'node:crypto';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import type { StytchEmulator } from 'stytch-emulator';

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const webhookPath = '/auth/webhooks';

/** A delivery as Svix signs it. What a test changes afterwards is not signed. */
export interface SignedDelivery {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Signs independently of the library. */
export function signDelivery(
  body: string,
  atMs: number,
  { secret = webhookSecret, id = 'msg_1' } = {},
): SignedDelivery {
  const timestamp = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': timestamp,
      'svix-signature': `v1,${signature}`,
    },
  };
}

/** An event as Stytch sends it. */
export function stytchEvent(
  { projectId, clock }: Pick<StytchEmulator, 'projectId' | 'clock'>,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    action: 'UPDATE',
    event_id: 'webhook-event-test-1',
    id: 'user-test-1',
    object_type: 'user',
    project_id: projectId,
    source: 'DIRECT',
    timestamp: new Date(clock.nowMs()).toISOString(),
    vertical: 'CONSUMER',
    ...changes,
  };
}

export const deliver = (browser: TestBrowser, delivery: SignedDelivery): Promise<TestResponse> =>
  browser.request('POST', webhookPath, delivery);
