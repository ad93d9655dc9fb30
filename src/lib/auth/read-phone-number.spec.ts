import { readPhoneNumber } from './read-phone-number.js';

const valid = (value: string) => ({ kind: 'valid', value });
const invalid = (code: string) => ({ kind: 'invalid', code });

describe('readPhoneNumber', () => {
  it.each<[unknown, string]>([
    ['+14155550123', '+14155550123'],
    [' +1 (415) 555-0123 ', '+14155550123'],
    ['+1.415.555.0123', '+14155550123'],
    ['+44 7911 123456', '+447911123456'],
    ['+44 (0) 7911 123456', '+447911123456'],
    ['+49 1512 3456789', '+4915123456789'],
    ['\uff0b\uff11 415 555 0123', '+14155550123'],
  ])('reads %p as %s', async (given, number) => {
    expect(await readPhoneNumber(given)).toEqual(valid(number));
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'phone_missing'],
    ['null', null, 'phone_missing'],
    ['an empty text', '', 'phone_missing'],
    ['spaces', '  ', 'phone_invalid'],
    ['a number', 14155550123, 'phone_invalid'],
    ['a list', ['+14155550123'], 'phone_invalid'],
    ['letters', '+1 call me', 'phone_invalid'],
    ['no country code', '415 555 0123', 'phone_invalid'],
    ['too few digits', '+1 415 555', 'phone_invalid'],
    ['too many digits', '+1 415 555 01234567', 'phone_invalid'],
    ['a calling code of no country', '+999 123 456 789', 'phone_invalid'],
    ['two numbers', '+14155550123,+14155550124', 'phone_invalid'],
    ['a long text', `+1415555${'0'.repeat(100_000)}`, 'phone_invalid'],
  ])('refuses %s', async (_, given, code) => {
    expect(await readPhoneNumber(given)).toEqual(invalid(code));
  });

  it.each<[string, readonly string[], object]>([
    ['+14155550123', ['US'], valid('+14155550123')],
    ['+14165550123', ['US'], invalid('phone_country_refused')],
    ['+14165550123', ['US', 'CA'], valid('+14165550123')],
    // The Dominican Republic and Jamaica share +1 with the United States.
    ['+18095550123', ['US', 'CA'], invalid('phone_country_refused')],
    ['+18765550123', ['US', 'CA'], invalid('phone_country_refused')],
    ['+447911123456', ['US'], invalid('phone_country_refused')],
  ])('reads %s for the countries %p as %p', async (given, countries, result) => {
    expect(await readPhoneNumber(given, countries)).toEqual(result);
  });

  it('reads a number without a country code if only one country is accepted', async () => {
    expect(await readPhoneNumber('(415) 555-0123', ['US'])).toEqual(valid('+14155550123'));
    expect(await readPhoneNumber('07911 123456', ['GB'])).toEqual(valid('+447911123456'));
    expect(await readPhoneNumber('(415) 555-0123', ['US', 'CA'])).toEqual(invalid('phone_invalid'));
  });
});
