import {
  functionValue,
  listOf,
  localPath,
  matching,
  objectWithMethods,
  oneOf,
  origin,
  originList,
  trueOrFalse,
  wholeNumber,
  type ValueCheck,
} from './value-checks.js';

const digits = matching(/^\d+$/, 'digits');
const storage = objectWithMethods(['read', 'write'], 'a storage');
const method = () => undefined;

const checks: [string, ValueCheck, { accepted: unknown[]; rejected: unknown[] }][] = [
  ['trueOrFalse', trueOrFalse, { accepted: [true, false], rejected: ['true', 0, null] }],
  ['functionValue', functionValue, { accepted: [method, Date], rejected: [{}, 'method', null] }],
  [
    'wholeNumber(5, 10)',
    wholeNumber(5, 10),
    { accepted: [5, 7, 10], rejected: [4, 11, 5.5, NaN, Infinity, '7', 7n, null] },
  ],
  ["oneOf('a', 'b')", oneOf('a', 'b'), { accepted: ['a', 'b'], rejected: ['A', '', 'ab', ['a'], null] }],
  ['matching(/^\\d+$/)', digits, { accepted: ['7', '42'], rejected: ['', 'x7', 7, ['7'], null] }],
  [
    'listOf(digits)',
    listOf(digits, 'a list of digits'),
    { accepted: [[], ['1', '2']], rejected: ['1', ['1', 2], [undefined], { length: 0 }, null] },
  ],
  [
    "objectWithMethods(['read', 'write'])",
    storage,
    {
      accepted: [{ read: method, write: method, more: 1 }],
      rejected: [{ read: method }, { read: method, write: 1 }, {}, 'storage', null],
    },
  ],
  [
    'origin',
    origin,
    {
      accepted: [
        'https://www.example.com',
        'https://www.example.com/',
        'https://www.example.com:8443',
        'http://localhost:3000',
        'http://app.localhost',
        'http://127.0.0.1:3000',
        'http://[::1]:3000',
      ],
      rejected: [
        'http://www.example.com',
        'http://localhost.example.com',
        'https://www.example.com/path',
        'https://www.example.com?query',
        'https://www.example.com/?query',
        'https://www.example.com/#fragment',
        'https://user:password@www.example.com',
        ' https://www.example.com',
        'https://www.exam\nple.com',
        'ftp://localhost',
        'javascript:alert(1)',
        '//www.example.com',
        'www.example.com',
        '*',
        'null',
        '',
        7,
        null,
      ],
    },
  ],
  [
    'originList',
    originList,
    {
      accepted: [[], ['https://www.example.com', 'http://localhost:3000']],
      rejected: [['https://www.example.com', '*'], 'https://www.example.com', null],
    },
  ],
  [
    'localPath',
    localPath,
    {
      accepted: ['/', '/welcome', '/welcome?from=email#top', '/a//b', '/%20'],
      rejected: [
        '//www.example.com',
        '/\\www.example.com',
        '/welcome\\..',
        'https://www.example.com',
        'welcome',
        '/wel come',
        '/\t/www.example.com',
        '/\n/www.example.com',
        '/welcome\r\nSet-Cookie: a=1',
        '/caf\u00e9',
        '',
        7,
        null,
      ],
    },
  ],
];

const cases = (which: 'accepted' | 'rejected') =>
  checks.flatMap(([name, check, values]) => values[which].map((value) => [name, value, check] as const));

describe('value checks', () => {
  it.each(cases('accepted'))('%s accepts %p', (_, value, check) => {
    expect(check.accepts(value)).toBe(true);
  });

  it.each(cases('rejected'))('%s rejects %p', (_, value, check) => {
    expect(check.accepts(value)).toBe(false);
  });

  it.each<[string, ValueCheck]>([
    ['true or false', trueOrFalse],
    ['a function', functionValue],
    ['a whole number from 5 to 10', wholeNumber(5, 10)],
    ["'a'", oneOf('a')],
    ["'a' or 'b'", oneOf('a', 'b')],
    ["'a', 'b' or 'c'", oneOf('a', 'b', 'c')],
    ['digits', digits],
    ['a storage', storage],
    ['an https origin, or an http origin on loopback', origin],
    ['a list of origins, each an https origin, or an http origin on loopback', originList],
    ['a path on this application that starts with a single slash', localPath],
  ])('a check describes the accepted values as %p', (text, { allowed }) => {
    expect(allowed).toBe(text);
  });

  it('wholeNumber names its limits in the fix', () => {
    expect(wholeNumber(5, 10).fix).toBe('Must be between 5 and 10.');
  });

  it.each([
    ['7', 7, true],
    ['7.5', 7.5, false],
    ['seven', NaN, false],
    ['11', 11, false],
  ])('wholeNumber(5, 10) parses the environment variable %j as %p, accepted: %p', (text, value, accepted) => {
    const { parse, accepts } = wholeNumber(5, 10);
    const parsed = parse?.(text);

    expect([parsed, accepts(parsed)]).toEqual([value, accepted]);
  });
});
