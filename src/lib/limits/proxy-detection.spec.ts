import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { ProxyDetection } from './proxy-detection.js';

const requestFrom = (remoteAddress: string | undefined, forwardedFor?: string) =>
  ({ headers: { 'x-forwarded-for': forwardedFor }, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('ProxyDetection', () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  beforeEach(() => {
    warn.mockClear();
  });
  afterAll(() => {
    warn.mockRestore();
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '192.168.0.1', '172.31.0.1', 'fd00::1'])(
    'warns once about forwarded requests that are attributed to the proxy at %s',
    (ip) => {
      const detection = new ProxyDetection();
      detection.check(requestFrom(ip, '203.0.113.1'), ip);
      detection.check(requestFrom(ip, '203.0.113.2'), ip);

      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn.mock.calls[0]?.[0]).toContain('Set "trust proxy" (Express) or trustProxy (Fastify).');
    },
  );

  it.each<[string, IncomingMessage, string | undefined]>([
    ['a request without X-Forwarded-For', requestFrom('127.0.0.1'), '127.0.0.1'],
    ['a trusted proxy', requestFrom('127.0.0.1', '203.0.113.1'), '203.0.113.1'],
    ['a client with a public address', requestFrom('203.0.113.1', '198.51.100.7'), '203.0.113.1'],
    ['a request of unknown origin', requestFrom(undefined, '203.0.113.1'), undefined],
    ['a public address in 172.32.0.0/16', requestFrom('172.32.0.1', '203.0.113.1'), '172.32.0.1'],
  ])('does not warn about %s', (_, request, clientIp) => {
    new ProxyDetection().check(request, clientIp);

    expect(warn).not.toHaveBeenCalled();
  });
});
