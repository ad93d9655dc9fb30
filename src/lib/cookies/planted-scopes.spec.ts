import { plantedScopes } from './planted-scopes.js';

const scopes = (host: string, target: string, except?: string) =>
  plantedScopes(host, target, except).map(({ domain, path }) => `${domain}${path}`);

describe('plantedScopes', () => {
  it('lists the host and each parent that has a dot, for / first', () => {
    expect(scopes('a.b.example.com', '/')).toEqual(['a.b.example.com/', 'b.example.com/', 'example.com/']);
  });

  it('lists each prefix of the path, with and without the slash at its end', () => {
    expect(scopes('example.com', '/dash/orders/7?page=/x/y#/z')).toEqual([
      'example.com/',
      'example.com/dash',
      'example.com/dash/',
      'example.com/dash/orders',
      'example.com/dash/orders/',
      'example.com/dash/orders/7',
    ]);
  });

  it('leaves out the domain of the cookies themselves', () => {
    expect(scopes('app.example.com', '/dash', 'example.com')).toEqual([
      'app.example.com/',
      'app.example.com/dash',
    ]);
  });

  it.each(['localhost', '127.0.0.1', '[::1]'])(
    'lists nothing for %s, since browsers take its Domain for a cookie of the host only',
    (host) => {
      expect(scopes(host, '/dash')).toEqual([]);
    },
  );

  it('lists at most ten', () => {
    expect(scopes('app.example.com', '/a/b/c/d/e/f/g/h')).toHaveLength(10);
    expect(scopes(`${'a.'.repeat(100)}example.com`, '/')).toHaveLength(10);
  });

  it.each(['/a;b/c', '/a b', '/ü', '/a\u0000', '/x'.padEnd(200, 'x')])(
    'leaves out a prefix that a Path attribute can not hold: %.20s',
    (target) => {
      expect(scopes('example.com', target)).toEqual(['example.com/']);
    },
  );

  it.each(['', '*', 'http://x:99999/dash', 'dash'])('lists only / for the target %j', (target) => {
    expect(scopes('example.com', target)).toEqual(['example.com/']);
  });
});
