import type { SignInField } from '../ports/sign-in-field.js';
import { fieldOf, readFields } from './read-fields.js';

const email: SignInField = { name: 'email', type: 'email', label: 'Email address' };
const phone: SignInField = { name: 'phone_number', type: 'phone', label: 'Phone number', countries: ['US'] };
const code: SignInField = { name: 'code', type: 'code', label: 'Code' };
const password: SignInField = { name: 'password', type: 'password', label: 'Password' };
const newPassword: SignInField = { name: 'new_password', type: 'new-password', label: 'New password' };
const organization: SignInField = { name: 'organization', type: 'organization', label: 'Organization' };
const name: SignInField = { name: 'name', type: 'name', label: 'Name' };
const provider: SignInField = {
  name: 'provider',
  type: 'choice',
  choices: [
    { value: 'google', label: 'Continue with Google' },
    { value: 'github', label: 'Continue with GitHub' },
  ],
};

describe('readFields', () => {
  it('reads every field of a form, and nothing else', async () => {
    const body = {
      email: ' ada@example.com ',
      phone_number: '(415) 555-0123',
      code: ' 123-456 ',
      password: ' spaces stay ',
      provider: 'github',
      return_to: '/me',
    };

    expect(await readFields([email, phone, code, password, provider], body)).toEqual({
      kind: 'valid',
      fields: {
        email: 'ada@example.com',
        phone_number: '+14155550123',
        code: '123456',
        password: ' spaces stay ',
        provider: 'github',
      },
    });
    expect(await readFields([], body)).toEqual({ kind: 'valid', fields: {} });
  });

  it('stops at the first field that is wrong', async () => {
    expect(await readFields([email, code], { email: 'ada', code: '' })).toEqual({
      kind: 'invalid',
      field: 'email',
      code: 'email_invalid',
    });
  });

  it.each<[SignInField, unknown, string]>([
    [email, undefined, 'email_missing'],
    [phone, '', 'phone_missing'],
    [phone, '+44 7911 123456', 'phone_country_refused'],
    [code, undefined, 'code_missing'],
    [code, null, 'code_missing'],
    [code, '', 'code_missing'],
    [code, ' - ', 'code_incorrect'],
    [code, '123', 'code_incorrect'],
    [code, '1234567890123', 'code_incorrect'],
    [code, '12345a', 'code_incorrect'],
    [code, '١٢٣٤٥٦', 'code_incorrect'],
    [code, 123456, 'code_incorrect'],
    [code, ['123456'], 'code_incorrect'],
    [password, undefined, 'password_missing'],
    [password, '', 'password_missing'],
    [password, 12345678, 'password_invalid'],
    [password, { $ne: '' }, 'password_invalid'],
    [newPassword, 'x'.repeat(1025), 'password_invalid'],
    [newPassword, 'ß'.repeat(513), 'password_invalid'],
    [provider, undefined, 'choice_invalid'],
    [provider, 'gitlab', 'choice_invalid'],
    [provider, '__proto__', 'choice_invalid'],
    [provider, ['google'], 'choice_invalid'],
    [organization, undefined, 'organization_missing'],
    [organization, '', 'organization_missing'],
    [organization, '..', 'organization_invalid'],
    [organization, 'a', 'organization_invalid'],
    [organization, 'acme/members', 'organization_invalid'],
    [organization, 'acme?x', 'organization_invalid'],
    [organization, 'x'.repeat(129), 'organization_invalid'],
    [organization, ['acme'], 'organization_invalid'],
    [name, ' ', 'name_missing'],
    [name, 'Acme\nInc', 'name_invalid'],
    [name, 'Acme\u202E', 'name_invalid'],
    [name, 'x'.repeat(129), 'name_invalid'],
    [name, { toString: 'Acme' }, 'name_invalid'],
  ])('refuses for %p the value %p', async (field, value, problem) => {
    expect(await readFields([field], { [field.name]: value })).toEqual({
      kind: 'invalid',
      field: field.name,
      code: problem,
    });
  });

  it.each([
    [code, '1234', '1234'],
    [code, '123 456 789 012', '123456789012'],
    [code, '１２３　４５６', '123456'],
    [newPassword, 'ß'.repeat(512), 'ß'.repeat(512)],
    [organization, 'acme-inc.example_~1', 'acme-inc.example_~1'],
    [organization, 'organization-test-1', 'organization-test-1'],
    [name, ' Ünïted & Sons ', 'Ünïted & Sons'],
  ])('accepts for %p the value %p', async (field, value, read) => {
    expect(await readFields([field], { [field.name]: value })).toEqual({
      kind: 'valid',
      fields: { [field.name]: read },
    });
  });

  it.each([undefined, null, 'email=ada@example.com', 7, Object.create({ email: 'ada@example.com' })])(
    'finds no field in the body %p',
    async (body) => {
      expect(await readFields([email], body)).toMatchObject({ kind: 'invalid', code: 'email_missing' });
    },
  );
});

describe('fieldOf', () => {
  it('reads one field of a body', () => {
    expect(fieldOf({ email: 'a', return_to: 'b' }, 'return_to')).toBe('b');
    expect(fieldOf(Object.assign(Object.create(null) as object, { email: 'a' }), 'email')).toBe('a');
  });

  it.each([undefined, null, 'ada@example.com', 7, ['ada@example.com'], Object.create({ email: 'a' })])(
    'reads nothing from %p, which has no such field',
    (body) => {
      expect(fieldOf(body, 'email')).toBeUndefined();
    },
  );
});
