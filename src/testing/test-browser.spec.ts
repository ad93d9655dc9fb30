import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestBrowser } from './test-browser.js';

describe('the cookies of TestBrowser', () => {
  let server: Server;
  let setCookies: string[];
  let browser: TestBrowser;
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.writeHead(200, { 'set-cookie': setCookies }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    browser = new TestBrowser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const receive = (...cookies: string[]) => {
    setCookies = cookies;
    return browser.get('/');
  };
  const stored = () => Object.fromEntries(browser.cookies);

  it('are deleted by a cookie with the same name, domain and path', async () => {
    await receive('a=1; Path=/', 'b=1; Domain=example.com; Path=/');
    await receive('a=; Max-Age=0; Path=/', 'b=; Max-Age=0; Domain=Example.com; Path=/');

    expect(stored()).toEqual({});
  });

  it.each(['Domain=example.com; Path=/', 'Path=/dash'])('are not deleted by one with %s', async (scope) => {
    await receive('a=1; Path=/');
    browser.cookies.set('b', '1');
    await receive(`a=; Max-Age=0; ${scope}`, `b=; Max-Age=0; ${scope}`);

    expect(stored()).toEqual({ a: '1', b: '1' });
  });

  it('with a domain are not deleted by one of the host only', async () => {
    await receive('a=1; Domain=example.com; Path=/');
    await receive('a=; Max-Age=0; Path=/');

    expect(stored()).toEqual({ a: '1' });
  });
});
