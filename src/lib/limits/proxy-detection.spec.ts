import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { HttpClient } from '../http/http-exchange.js';
import { ProxyDetection } from './proxy-detection.js';

/** @param clientIp as the platform reports it; without a trusted proxy, the address of the connection */
const clientFrom = (remoteAddress: string | undefined, forwardedFor?: string, clientIp = remoteAddress) => ({
  request: {
    headers: { 'x-forwarded-for': forwardedFor },
    socket: { remoteAddress },
  } as unknown as IncomingMessage,
  clientIp,
});

describe('ProxyDetection', () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  beforeEach(() => {
    error.mockClear();
  });
  afterAll(() => {
    error.mockRestore();
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '192.168.0.1', '172.31.0.1', 'fd00::1'])(
    'recognizes requests that are attributed to the proxy at %s, and logs one error',
    (ip) => {
      const detection = new ProxyDetection();

      expect(detection.hidesClient(clientFrom(ip, '203.0.113.1'))).toBe(true);
      expect(detection.hidesClient(clientFrom(ip, '203.0.113.2'))).toBe(true);
      expect(error).toHaveBeenCalledTimes(1);
      expect(error.mock.calls[0]?.[0]).toContain('Set "trust proxy" (Express) or trustProxy (Fastify).');
    },
  );

  it.each<[string, HttpClient]>([
    ['a request without X-Forwarded-For', clientFrom('127.0.0.1')],
    ['a trusted proxy', clientFrom('127.0.0.1', '203.0.113.1', '203.0.113.1')],
    ['a client with a public address', clientFrom('203.0.113.1', '198.51.100.7')],
    ['a request of unknown origin', clientFrom(undefined, '203.0.113.1')],
    ['a public address in 172.32.0.0/16', clientFrom('172.32.0.1', '203.0.113.1')],
  ])('does not recognize %s as a proxy that is not trusted', (_, client) => {
    expect(new ProxyDetection().hidesClient(client)).toBe(false);
    expect(error).not.toHaveBeenCalled();
  });
});
