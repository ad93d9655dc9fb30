import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { newStaleMarks } from '../../../test/support/new-stale-marks.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';
import { StytchEvents } from '../events/stytch-events.js';
import { StytchWebhooks } from './stytch-webhooks.js';
import type { WebhookVerifier } from './webhook-verifier.js';

describe('StytchWebhooks.receive', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('refuses a delivery whose listener takes longer than ten seconds, and logs the event without its data', async () => {
    jest.useFakeTimers();
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const options = resolvedOptions({
      webhooks: { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
    });
    const payload = {
      project_id: options.projectId,
      object_type: 'user',
      action: 'UPDATE',
      id: 'user-test-1',
      user: { emails: ['ada@example.com'] },
    };
    const verifier = { verify: async () => ({ kind: 'verified', payload }) } as unknown as WebhookVerifier;
    const webhooks = new StytchWebhooks(verifier, newStaleMarks(options), new StytchEvents(options), options);
    webhooks.subscribe(() => new Promise(() => undefined));
    const result = webhooks.receive({ rawBody: '', headers: {} });
    let isSettled = false;
    void result.then(() => (isSettled = true));
    await jest.advanceTimersByTimeAsync(9_999);
    expect(isSettled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);

    expect(await result).toMatchObject({ kind: 'refused', refusal: { code: 'webhook_not_handled' } });
    expect(error.mock.calls).toEqual([
      ['A webhook listener failed for "user UPDATE". Stytch delivers the event again.'],
    ]);
  });
});
