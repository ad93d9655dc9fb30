import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { RenewedJwtHeader } from './renewed-jwt-header.js';

/** The headers that are sent after a renewed JWT was offered. */
function sentHeaders(
  renewed: { sessionJwt: string; isStillValid?: () => boolean } | undefined,
  renewedJwtHeader: string | null = 'X-Session-Jwt',
) {
  const header = new RenewedJwtHeader({
    bearer: { renewedJwtHeader: renewedJwtHeader ?? undefined },
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  header.offer(renewed && { expiresAt: '2027-01-15T08:00:00Z', ...renewed }, response);
  response.setHeader('cache-control', 'public');
  response.writeHead(200);
  return { ...response.getHeaders() };
}

describe('the header with a renewed JWT', () => {
  it('is sent with no-store, whatever the handler set', () => {
    expect(sentHeaders({ sessionJwt: 'new', isStillValid: () => true })).toEqual({
      'x-session-jwt': 'new',
      'cache-control': 'no-store',
    });
  });

  it.each<[string, ReturnType<typeof sentHeaders>]>([
    ['if the session was not refreshed', sentHeaders(undefined)],
    ['if no option names it', sentHeaders({ sessionJwt: 'new' }, null)],
    ['if the handler ended the session', sentHeaders({ sessionJwt: 'new', isStillValid: () => false })],
  ])('is not sent %s', (_, headers) => {
    expect(headers).toEqual({ 'cache-control': 'public' });
  });
});
