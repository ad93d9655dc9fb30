import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createClock } from '../clock.js';
import { Deliveries } from './deliveries.js';
import { type WebhookPayload } from './webhook.js';

describe('Deliveries', () => {
  it('give up an attempt that gets no response in time, and retry it', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const endpoint = { url: `http://127.0.0.1:${port}/`, secret: `whsec_${'A'.repeat(32)}` };
    const deliveries = new Deliveries(createClock(), () => endpoint, 100);

    deliveries.add({
      id: 'msg_1',
      eventType: 'direct.user.create',
      payload: { id: 'user-1' } as WebhookPayload,
      body: '{}',
    });
    await deliveries.settled();

    expect(deliveries.list()).toMatchObject([
      { status: 'pending', attempts: [{ status: null, error: 'There was no response within 0.1 s.' }] },
    ]);
    await deliveries.close();
    server.closeAllConnections();
    server.close();
  });
});
