import { readAuthenticationFactors, verifiedEmail } from './read-authentication-factors.js';

const authenticatedAt = '2027-01-15T08:00:00Z';
const claim = {
  type: 'magic_link',
  delivery_method: 'email',
  last_authenticated_at: authenticatedAt,
};
const factor = { type: 'magic_link', deliveryMethod: 'email', lastAuthenticatedAt: authenticatedAt };

describe('readAuthenticationFactors', () => {
  it('reads the factors in their order, with the verified addresses and numbers', () => {
    expect(
      readAuthenticationFactors([
        { ...claim, email_factor: { email_id: 'email-1', email_address: 'alice@example.com' } },
        {
          type: 'otp',
          delivery_method: 'sms',
          last_authenticated_at: '2027-01-15T08:01:00.5+01:00',
          phone_number_factor: { phone_number: '+12025550162' },
        },
        { type: 'totp', delivery_method: 'authenticator_app', last_authenticated_at: authenticatedAt },
      ]),
    ).toEqual([
      { ...factor, emailAddress: 'alice@example.com' },
      {
        type: 'otp',
        deliveryMethod: 'sms',
        lastAuthenticatedAt: '2027-01-15T08:01:00.5+01:00',
        phoneNumber: '+12025550162',
      },
      { type: 'totp', deliveryMethod: 'authenticator_app', lastAuthenticatedAt: authenticatedAt },
    ]);
  });

  it('reads an empty list', () => {
    expect(readAuthenticationFactors([])).toEqual([]);
  });

  it.each([
    { email_factor: null },
    { email_factor: 'alice@example.com' },
    { email_factor: ['alice@example.com'] },
    { email_factor: { email_address: 7 } },
    { phone_number_factor: null },
    { phone_number_factor: { phone_number: 12025550162 } },
  ])('omits the malformed address or number in %j', (fields) => {
    const [read] = readAuthenticationFactors([{ ...claim, ...fields }]);

    expect(Object.keys(read!)).toEqual(['type', 'deliveryMethod', 'lastAuthenticatedAt']);
  });

  it.each([
    ['delivery_method', undefined],
    ['delivery_method', 7],
    ['last_authenticated_at', undefined],
    ['last_authenticated_at', null],
    ['last_authenticated_at', 1_800_000_000],
    ['last_authenticated_at', '2027-01-15T08:00:00'],
  ])('keeps a factor whose %s is %j, without that detail', (name, value) => {
    const { deliveryMethod, lastAuthenticatedAt } = factor;
    const details = name === 'delivery_method' ? { lastAuthenticatedAt } : { deliveryMethod };

    expect(readAuthenticationFactors([claim, { ...claim, [name]: value }])).toEqual([
      factor,
      { type: 'magic_link', ...details },
    ]);
  });

  it('keeps a factor of an unknown type as Stytch states it, and takes no verified address from it', () => {
    const unknown = {
      ...claim,
      type: 'retina_scan',
      email_factor: { email_address: 'mallory@example.com' },
      retina_factor: { scanners: ['left', 'right'] },
    };

    const [read, untyped] = readAuthenticationFactors([unknown, { level: 3 }]);

    expect(read).toEqual({ ...factor, type: 'retina_scan', claim: unknown });
    expect(Object.isFrozen(read?.claim?.['retina_factor'])).toBe(true);
    expect(untyped).toEqual({ type: 'unknown', claim: { level: 3 } });
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'magic_link'],
    ['an object', { 0: claim, length: 1 }],
    ['a list of values that are no objects', [null, 'magic_link', 7, [claim]]],
  ])('reads no factors from %s', (_, value) => {
    expect(readAuthenticationFactors(value)).toEqual([]);
  });

  it('freezes the list and each factor', () => {
    const factors = readAuthenticationFactors([claim]);

    expect([factors, factors[0]].map((value) => Object.isFrozen(value))).toEqual([true, true]);
  });
});

describe('verifiedEmail', () => {
  const emailFactor = (lastAuthenticatedAt: string, emailAddress: string) => ({
    ...factor,
    lastAuthenticatedAt,
    emailAddress,
  });

  it('returns the address that was verified last, comparing times and not texts', () => {
    expect(
      verifiedEmail([
        emailFactor('2027-01-15T08:00:00Z', 'first@example.com'),
        emailFactor('2027-01-15T07:30:00-01:00', 'last@example.com'),
        emailFactor('2027-01-15T09:00:00+02:00', 'earliest@example.com'),
      ]),
    ).toBe('last@example.com');
  });

  it('returns the first of several addresses that were verified at the same time', () => {
    expect(
      verifiedEmail([
        emailFactor(authenticatedAt, 'one@example.com'),
        emailFactor(authenticatedAt, 'other@example.com'),
      ]),
    ).toBe('one@example.com');
  });

  it('counts a factor without a time as the oldest', () => {
    const undated = { type: 'otp', emailAddress: 'undated@example.com' };

    expect(verifiedEmail([undated, emailFactor(authenticatedAt, 'dated@example.com')])).toBe(
      'dated@example.com',
    );
    expect(verifiedEmail([undated])).toBe('undated@example.com');
  });

  it('ignores later factors without an address', () => {
    expect(
      verifiedEmail([
        emailFactor(authenticatedAt, 'alice@example.com'),
        { ...factor, lastAuthenticatedAt: '2027-01-15T09:00:00Z' },
      ]),
    ).toBe('alice@example.com');
  });

  it('returns undefined if no factor has an address', () => {
    expect([verifiedEmail([]), verifiedEmail([factor])]).toEqual([undefined, undefined]);
  });
});
