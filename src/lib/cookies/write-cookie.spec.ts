import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expiredCookie, writeCookie } from './write-cookie.js';

describe('writeCookie', () => {
  let response: ServerResponse;
  beforeEach(() => {
    response = new ServerResponse(new IncomingMessage(new Socket()));
  });
  const sentHeaders = () => ({ ...response.writeHead(200).getHeaders() });

  it('sets the cookie and Cache-Control when the headers are sent, not before', () => {
    writeCookie(response, { name: 'a', value: '1', path: '/' });

    expect({ ...response.getHeaders() }).toEqual({});
    expect(sentHeaders()).toEqual({ 'set-cookie': ['a=1; Path=/'], 'cache-control': 'no-store' });
  });

  it('adds to the cookies that the handler sets', () => {
    writeCookie(response, { name: 'a', value: '1' });
    response.setHeader('set-cookie', 'theirs=1');

    expect(sentHeaders()['set-cookie']).toEqual(['theirs=1', 'a=1']);
  });

  it('adds to several cookies that the handler sets', () => {
    response.setHeader('set-cookie', ['one=1', 'two=2']);
    writeCookie(response, { name: 'a', value: '1' });

    expect(sentHeaders()['set-cookie']).toEqual(['one=1', 'two=2', 'a=1']);
  });

  it('makes a response uncacheable that the handler declares cacheable', () => {
    writeCookie(response, { name: 'a', value: '1' });
    response.setHeader('cache-control', 'public, max-age=3600');

    expect(sentHeaders()['cache-control']).toBe('no-store');
  });

  it('overrides headers that are passed to writeHead', () => {
    writeCookie(response, { name: 'a', value: '1' });
    response.writeHead(200, { 'set-cookie': 'theirs=1', 'cache-control': 'public' });

    expect({ ...response.getHeaders() }).toEqual({
      'set-cookie': ['theirs=1', 'a=1'],
      'cache-control': 'no-store',
    });
  });

  it('sends only the last value of a cookie that is written several times', () => {
    writeCookie(response, { name: 'a', value: '1' });
    writeCookie(response, { name: 'b', value: '1' });
    writeCookie(response, expiredCookie({ name: 'a' }));

    expect(sentHeaders()['set-cookie']).toEqual([
      'a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'b=1',
    ]);
  });

  it('sends cookies with the same name for different domains', () => {
    writeCookie(response, { name: 'a', value: '1' });
    writeCookie(response, { name: 'a', value: '2', domain: 'example.com' });

    expect(sentHeaders()['set-cookie']).toEqual(['a=1', 'a=2; Domain=example.com']);
  });

  it('sends cookies with the same name for different paths', () => {
    writeCookie(response, { name: 'a', value: '1', path: '/' });
    writeCookie(response, { name: 'a', value: '2', path: '/dash' });

    expect(sentHeaders()['set-cookie']).toEqual(['a=1; Path=/', 'a=2; Path=/dash']);
  });

  it('skips a cookie that is no longer valid when the headers are sent', () => {
    let isValid = true;
    writeCookie(response, { name: 'a', value: '1' }, () => isValid);
    writeCookie(response, { name: 'b', value: '1' }, () => true);
    isValid = false;

    expect(sentHeaders()).toEqual({ 'set-cookie': ['b=1'], 'cache-control': 'no-store' });
  });

  it('sets no Set-Cookie header if no cookie is valid', () => {
    writeCookie(response, { name: 'a', value: '1' }, () => false);

    expect(sentHeaders()).toEqual({ 'cache-control': 'no-store' });
  });

  it('does not mix the cookies of different responses', () => {
    const other = new ServerResponse(new IncomingMessage(new Socket()));
    writeCookie(response, { name: 'a', value: '1' });
    writeCookie(other, { name: 'b', value: '1' });

    expect(sentHeaders()['set-cookie']).toEqual(['a=1']);
    expect(other.writeHead(200).getHeader('set-cookie')).toEqual(['b=1']);
  });
});

describe('expiredCookie', () => {
  it('returns the cookie with an empty value and an expiry in the past', () => {
    expect(
      expiredCookie({ name: 'a', path: '/', domain: 'example.com', secure: true, expires: new Date() }),
    ).toEqual({
      name: 'a',
      value: '',
      path: '/',
      domain: 'example.com',
      secure: true,
      maxAge: 0,
      expires: new Date(0),
    });
  });
});
