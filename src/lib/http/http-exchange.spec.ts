import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { fastify } from 'fastify';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { httpClientOf, httpExchange, httpExchangeOf, requireExchange } from './http-exchange.js';

const socketWith = (remoteAddress?: string) => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  return socket;
};

/** Express extends the objects of Node. */
function expressLike(properties: object = {}, remoteAddress = '203.0.113.7') {
  const request = new IncomingMessage(socketWith(remoteAddress));
  return { request: Object.assign(request, properties), response: new ServerResponse(request) };
}

/** Fastify wraps the objects of Node and stores headers separately. */
function fastifyLike(properties: object = {}) {
  const { request, response } = expressLike();
  request.method = 'GET';
  const headers = new Map<string, string>();
  const reply = {
    raw: response,
    getHeader: (name: string) => headers.get(name),
    header: (name: string, value: string) => headers.set(name, value),
  };
  return { raw: request, response, headers, request: { raw: request, ...properties }, reply };
}

/** Test tools inject objects that have the shape of the objects of Node. */
function injected() {
  return {
    request: { method: 'GET', headers: {}, socket: { remoteAddress: '127.0.0.1' } },
    response: { setHeader: () => undefined, getHeader: () => undefined, writeHead: () => undefined },
  };
}

describe('httpExchange', () => {
  it('returns the request and response of Express', () => {
    const { request, response } = expressLike();
    const exchange = httpExchange(request, response);

    expect(exchange?.request).toBe(request);
    expect(exchange?.response).toBe(response);
    expect(exchange?.headers).toBe(response);
    expect(exchange?.platformResponse).toBe(response);
  });

  it('returns the objects of Node within the request and reply of Fastify', () => {
    const { raw, response, request, reply } = fastifyLike();
    const exchange = httpExchange(request, reply);

    expect(exchange?.request).toBe(raw);
    expect(exchange?.response).toBe(response);
    expect(exchange?.platformResponse).toBe(reply);
  });

  it('sets and reads headers on the reply of Fastify, which overrides those of Node', () => {
    const { response, headers, request, reply } = fastifyLike();
    const exchange = httpExchange(request, reply);
    exchange?.headers.setHeader('vary', 'Cookie');

    expect(Object.fromEntries(headers)).toEqual({ vary: 'Cookie' });
    expect(exchange?.headers.getHeader('vary')).toBe('Cookie');
    expect({ ...response.getHeaders() }).toEqual({});
  });

  it('returns injected objects that have the shape of the objects of Node', () => {
    const { request, response } = injected();
    const exchange = httpExchange(request, response);

    expect(exchange?.request).toBe(request);
    expect(exchange?.response).toBe(response);
    expect(exchange?.headers).toBe(response);
    expect(exchange?.platformResponse).toBe(response);
  });

  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, undefined],
    ['null', null, null],
    ['strings', 'GET /', 'OK'],
    ['a request without a response', expressLike().request, undefined],
    ['a response without a request', undefined, expressLike().response],
    ['request and response swapped', expressLike().response, expressLike().request],
    ['a request without headers', { method: 'GET' }, injected().response],
    ['a request without a method', { headers: {} }, injected().response],
    ['a response without writeHead', injected().request, { setHeader: () => undefined }],
    ['a response without setHeader', injected().request, { writeHead: () => undefined }],
    ['a wrapped response without headers', { raw: injected().request }, { raw: injected().response }],
    [
      'a wrapped response that cannot set headers',
      { raw: injected().request },
      { raw: injected().response, getHeader: () => undefined },
    ],
    ['a WebSocket client and its message', { send: () => undefined }, { text: 'hello' }],
  ])('returns undefined for %s', (_, request, response) => {
    expect(httpExchange(request, response)).toBeUndefined();
  });
});

describe('clientIp', () => {
  it('is the IP address that Express determines from its trusted proxies', () => {
    const { request, response } = expressLike({ ip: '198.51.100.4' });

    expect(requireExchange(request, response).clientIp).toBe('198.51.100.4');
  });

  it('is the IP address that Fastify determines from its trusted proxies', () => {
    const { request, reply } = fastifyLike({ ip: '198.51.100.4' });

    expect(requireExchange(request, reply).clientIp).toBe('198.51.100.4');
  });

  it.each([{}, { ip: undefined }, { ip: 7 }])(
    'is the address of the connection for a request with %j',
    (properties) => {
      const { request, response } = expressLike(properties);

      expect(requireExchange(request, response).clientIp).toBe('203.0.113.7');
    },
  );

  it('is undefined if the connection is closed and has no address', () => {
    const { request } = expressLike();
    Object.defineProperty(request, 'socket', { value: socketWith(undefined) });

    expect(requireExchange(request, new ServerResponse(request)).clientIp).toBeUndefined();
  });

  it('is not computed before it is read', () => {
    const { request, response } = expressLike();
    let reads = 0;
    Object.defineProperty(request, 'ip', { get: () => `198.51.100.${(reads += 1)}` });
    const exchange = requireExchange(request, response);

    expect(reads).toBe(0);
    expect(exchange.clientIp).toBe('198.51.100.1');
  });
});

describe('requireExchange', () => {
  it('returns the exchange', () => {
    const { request, response } = expressLike();

    expect(requireExchange(request, response)).toEqual(httpExchange(request, response));
  });

  it('throws a TypeError that says what to pass instead', () => {
    expect(() => requireExchange({}, {})).toThrow(
      new TypeError('Pass the request and response of Express or Fastify.'),
    );
  });
});

describe('httpExchangeOf', () => {
  const contextOf = (type: string, ...args: unknown[]) => {
    const context = new ExecutionContextHost(args);
    context.setType(type);
    return context;
  };

  it('returns the exchange of a handler that is called over HTTP', () => {
    const { request, response } = expressLike();

    expect(httpExchangeOf(contextOf('http', request, response))?.request).toBe(request);
  });

  it.each(['ws', 'rpc', 'graphql'])('returns undefined for a context of type %s', (type) => {
    const { request, response } = expressLike();

    expect(httpExchangeOf(contextOf(type, request, response))).toBeUndefined();
  });

  it('returns undefined for a context of type http without a request', () => {
    expect(httpExchangeOf(contextOf('http', 'a job', 'its data'))).toBeUndefined();
  });
});

describe('httpClientOf', () => {
  it('returns the request and the address of the client under Express and Fastify', () => {
    const express = expressLike({ method: 'GET', ip: '198.51.100.1' }).request;
    const fastify = fastifyLike({ ip: '198.51.100.2' });

    expect(httpClientOf(express)).toEqual({ request: express, clientIp: '198.51.100.1' });
    expect(httpClientOf(fastify.request)).toEqual({ request: fastify.raw, clientIp: '198.51.100.2' });
  });

  it('accepts requests that a test injects into Fastify', async () => {
    const app = fastify();
    app.get('/', (request) => httpClientOf(request)?.clientIp);

    expect((await app.inject('/')).body).toBe('127.0.0.1');
  });

  it.each<[string, unknown]>([
    ['an object with the fields of a request', { method: 'GET', ip: '1', headers: {}, socket: {} }],
    ['an object with such an object as raw', { raw: { method: 'GET', headers: {} }, ip: '1' }],
    ['an object whose on is a string', { method: 'GET', headers: {}, on: 'on' }],
    ['null', null],
    ['nothing', undefined],
    ['a string', 'a.b.c'],
  ])('returns undefined for %s', (_, value) => {
    expect(httpClientOf(value)).toBeUndefined();
  });
});
