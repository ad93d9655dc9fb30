import type { IncomingMessage } from 'node:http';
import { readCookie } from './read-cookie.js';

const read = (cookie: string | undefined, name = 'stytch_session') =>
  readCookie({ headers: { cookie } } as unknown as IncomingMessage, name);

describe('reading a cookie', () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['', []],
    ['stytch_session=a', ['a']],
    ['other=1; stytch_session=a; more=2', ['a']],
    ['other=1;stytch_session=a', ['a']],
    ['  stytch_session  =  a  ', ['a']],
    ['stytch_session=a=b==', ['a=b==']],
    ['stytch_session=', ['']],
    ['stytch_session', []],
    ['=stytch_session', []],
    ['stytch_session=a; stytch_session=b', ['a', 'b']],
    ['stytch_session=a; stytch_session=a', ['a']],
    ['stytch_session_jwt=x', []],
    ['xstytch_session=x', []],
    ['Stytch_Session=x', []],
    ['stytch%5Fsession=x', []],
    ['other="; stytch_session=a"', ['a"']],
  ])('takes values as they were sent: %j', (header, values) => {
    expect(read(header)).toEqual(values);
  });

  it.each(['j:{"a":1}', 's:signed.mac', '%61', '"quoted"', '__proto__'])(
    'makes nothing else of a value: %s',
    (value) => {
      expect(read(`stytch_session=${value}`)).toEqual([value]);
    },
  );

  it('finds names that are properties of every object', () => {
    expect(read('__proto__=a; constructor=b', '__proto__')).toEqual(['a']);
  });

  it('does not read a header of more than 16 KB', () => {
    expect(read(`stytch_session=a; x=${'x'.repeat(17_000)}`)).toEqual([]);
  });
});
