import { readBearer } from './read-bearer.js';

const read = (...authorizations: string[]) => {
  const [authorization] = authorizations;
  return readBearer({
    headers: authorization === undefined ? {} : { authorization },
    rawHeaders: ['Host', 'Authorization', ...authorizations.flatMap((value) => ['authorization', value])],
  });
};
const token = (value: string) => ({ kind: 'token', token: value });

describe('readBearer', () => {
  it.each([
    ['Bearer aaa.bbb.ccc', 'aaa.bbb.ccc'],
    ['bearer aaa.bbb.ccc', 'aaa.bbb.ccc'],
    ['BEARER aaa', 'aaa'],
    ['Bearer   aaa', 'aaa'],
    ['Bearer aZ0-._~+/==', 'aZ0-._~+/=='],
  ])('reads the token of %j', (value, expected) => {
    expect(read(value)).toEqual(token(expected));
  });

  it.each(['', 'Basic dXNlcjpwYXNz', 'Bearerer aaa', 'Bearer-Token aaa', 'Token Bearer', 'aaa.bbb.ccc'])(
    'finds no bearer token in %j',
    (value) => {
      expect(read(value)).toEqual({ kind: 'none' });
    },
  );

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer\taaa',
    'Bearer aaa bbb',
    'Bearer aaa, Bearer bbb',
    'Bearer aaa,bbb',
    'Bearer "aaa"',
    'Bearer aa=a',
    'Bearer =',
    'Bearer ä',
    'Bearer aaa\n',
    `Bearer ${'a'.repeat(8193)}`,
  ])('refuses %j as malformed', (value) => {
    expect(read(value)).toEqual({ kind: 'malformed' });
  });

  it('reads a token of 8192 characters', () => {
    expect(read(`Bearer ${'a'.repeat(8192)}`)).toEqual(token('a'.repeat(8192)));
  });

  it.each([
    ['two bearer tokens', 'Bearer aaa', 'Bearer bbb'],
    ['the same bearer token twice', 'Bearer aaa', 'Bearer aaa'],
    ['a bearer token after other credentials', 'Basic dXNlcjpwYXNz', 'Bearer aaa'],
    ['a bearer token before other credentials', 'Bearer aaa', 'Basic dXNlcjpwYXNz'],
  ])('refuses %s in several Authorization headers as malformed', (_, ...values) => {
    expect(read(...values)).toEqual({ kind: 'malformed' });
  });

  it('finds no bearer token without an Authorization header', () => {
    expect(read()).toEqual({ kind: 'none' });
  });

  it('reads the token of a request without raw headers', () => {
    const request = { headers: { authorization: 'Bearer aaa' } } as unknown as Parameters<
      typeof readBearer
    >[0];
    expect(readBearer(request)).toEqual(token('aaa'));
  });
});
