import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { call, emulatorUnderTest, refusal } from './emulator.js';

const email = 'ada@example.com';
const password = 'a long and unusual sentence';
const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
const salt = Buffer.from('a salt');
const saltInBase64 = salt.toString('base64');
const scryptKey = scryptSync(password, salt, 32, { N: 16, r: 1, p: 1 });
const scryptConfig = { salt: saltInBase64, n_parameter: 16, r_parameter: 1, p_parameter: 1, key_length: 32 };
const pbkdf2Key = (digest: string) => pbkdf2Sync(password, salt, 10, 32, digest).toString('base64');
const pbkdf2Config = { salt: saltInBase64, iteration_amount: 10, key_length: 32 };
const argon2id = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
const argon2Config = { salt: 'somesalt', iteration_amount: 2, memory: 256, threads: 1, key_length: 32 };
const argon2Hex = Buffer.from('nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'base64').toString('hex');
const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

describe('migrated passwords', () => {
  const emulator = emulatorUnderTest();
  const migrate = (body: object) => call(emulator(), 'POST /v1/passwords/migrate', { email, ...body });
  const authenticate = (given: string) =>
    call(emulator(), 'POST /v1/passwords/authenticate', { email, password: given });

  // The hashes of bcrypt, phpass and argon2 are test vectors of the implementations by their authors.
  it.each([
    ['U*U', 'bcrypt', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', {}],
    ['test12345', 'phpass', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0', {}],
    [
      'password!',
      'md_5',
      hex('md5', 'apassword!b'),
      { md_5_config: { prepend_salt: 'a', append_salt: 'b' } },
    ],
    [password, 'sha_1', hex('sha1', password), {}],
    [
      password,
      'sha_512',
      hex('sha512', `${password}b`),
      { sha_512_config: { prepend_salt: '', append_salt: 'b' } },
    ],
    [password, 'scrypt', scryptKey.toString('base64'), { scrypt_config: scryptConfig }],
    [password, 'scrypt', `$scrypt$ln=4,r=1,p=1$${unpadded(salt)}$${unpadded(scryptKey)}`, {}],
    [password, 'pbkdf_2', pbkdf2Key('sha256'), { pbkdf_2_config: pbkdf2Config }],
    [password, 'pbkdf_2', pbkdf2Key('sha512'), { pbkdf_2_config: { ...pbkdf2Config, algorithm: 'sha512' } }],
  ])('authenticate the user: %s, %s %s', async (right, hash_type, hash, config) => {
    expect((await migrate({ hash, hash_type, ...config })).status).toBe(200);
    expect(await authenticate('wrong')).toEqual(refusal(401, 'unauthorized_credentials'));
    expect((await authenticate(right)).status).toBe(200);
  });

  // Their password is "password", which is breached: only a right password has to be reset.
  it.each([
    ['argon_2i', '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8', {}],
    ['argon_2id', argon2id, {}],
    ['argon_2id', argon2Hex, { argon_2_config: argon2Config }],
  ])('that are breached must be reset: %s %s', async (hash_type, hash, config) => {
    expect((await migrate({ hash, hash_type, ...config })).status).toBe(200);
    expect(await authenticate('wrong')).toEqual(refusal(401, 'unauthorized_credentials'));
    expect(await authenticate('password')).toEqual(refusal(401, 'reset_password'));
  });

  it.each([
    ['unknown', '', {}, 'invalid_hash_type'],
    ['bcrypt', 'x', {}, 'invalid_bcrypt_hash'],
    ['bcrypt', `$2a$31$${'a'.repeat(53)}`, {}, 'invalid_bcrypt_hash'],
    ['phpass', `$X$${'a'.repeat(31)}`, {}, 'invalid_phpass_hash_prefix'],
    ['phpass', `$P$z${'a'.repeat(30)}`, {}, 'invalid_phpass_hash_format'],
    ['md_5', 'x'.repeat(32), {}, 'invalid_md_5_hash'],
    ['sha_1', 'a'.repeat(32), {}, 'invalid_sha_1_hash'],
    ['sha_512', 'a'.repeat(32), {}, 'invalid_sha_512_hash'],
    ['argon_2i', argon2id, {}, 'invalid_hash'],
    ['argon_2id', argon2id.replace('m=256', 'm=999999'), {}, 'invalid_argon_2_memory'],
    ['argon_2id', argon2id.replace('t=2', 't=99'), {}, 'invalid_argon_2_iteration_amount'],
    ['argon_2id', argon2id.replace('p=1', 'p=99'), {}, 'invalid_argon_2_threads'],
    ['argon_2id', argon2id, { argon_2_config: argon2Config }, 'invalid_hash'],
    ['argon_2id', argon2Hex, { argon_2_config: { ...argon2Config, salt: 'a' } }, 'invalid_argon_2_salt'],
    [
      'argon_2id',
      argon2Hex,
      { argon_2_config: { ...argon2Config, key_length: 1 } },
      'argon_2_key_length_mismatch',
    ],
    ['scrypt', 'YQ==', {}, 'invalid_hash'],
    ['scrypt', '!', { scrypt_config: scryptConfig }, 'invalid_base64_scrypt_hash'],
    ['scrypt', 'YQ==', { scrypt_config: { ...scryptConfig, salt: '!' } }, 'invalid_base64_scrypt_salt'],
    ['scrypt', 'YQ==', { scrypt_config: scryptConfig }, 'scrypt_key_length_mismatch'],
    [
      'scrypt',
      'YQ==',
      { scrypt_config: { ...scryptConfig, key_length: 1, n_parameter: 3 } },
      'invalid_scrypt_n_parameter',
    ],
    [
      'scrypt',
      'YQ==',
      { scrypt_config: { ...scryptConfig, key_length: 1, r_parameter: 999 } },
      'invalid_scrypt_parameters',
    ],
    ['pbkdf_2', '!', {}, 'invalid_pbkdf_2_hash'],
    ['pbkdf_2', 'YQ==', {}, 'invalid_pbkdf_2_salt'],
    [
      'pbkdf_2',
      'YQ==',
      { pbkdf_2_config: { ...pbkdf2Config, algorithm: 'md5' } },
      'invalid_pbkdf_2_algorithm',
    ],
    [
      'pbkdf_2',
      'YQ==',
      { pbkdf_2_config: { ...pbkdf2Config, iteration_amount: 0 } },
      'invalid_pbkdf_2_iteration_amount',
    ],
    ['pbkdf_2', 'YQ==', { pbkdf_2_config: pbkdf2Config }, 'pbkdf_2_key_length_mismatch'],
  ])(
    'are refused if they are invalid or too costly: %s %s %j',
    async (hash_type, hash, config, errorType) => {
      expect(await migrate({ hash, hash_type, ...config })).toEqual(refusal(400, errorType));
      expect((await call(emulator(), 'POST /v1/users/search', {})).body.results).toEqual([]);
    },
  );

  it('create the user, or are added to a user without a password', async () => {
    const md5 = { hash: hex('md5', password), hash_type: 'md_5' };
    await call(emulator(), 'POST /v1/users', { email: 'eve@example.com' });
    const added = await migrate({ ...md5, email: 'eve@example.com' });
    const created = await migrate({
      ...md5,
      external_id: 'crm-1',
      name: { first_name: 'Ada' },
      phone_number: '+12025550123',
      set_email_verified: true,
      set_phone_number_verified: true,
    });

    expect(added.body).toMatchObject({ user_created: false, user: { emails: [{ verified: false }] } });
    expect(created.body).toEqual({
      email_id: created.body.user.emails[0]!.email_id,
      request_id: expect.any(String),
      status_code: 200,
      user: expect.objectContaining({
        emails: [expect.objectContaining({ verified: true })],
        external_id: 'crm-1',
        name: { first_name: 'Ada', last_name: '', middle_name: '' },
        password: { password_id: expect.any(String), requires_reset: false },
        phone_numbers: [expect.objectContaining({ verified: true })],
      }),
      user_created: true,
      user_id: created.body.user.user_id,
    });
    expect(await migrate(md5)).toEqual(refusal(400, 'password_already_exists'));
    expect(await migrate({ ...md5, email: 'grace@example.com', roles: ['owner'] })).toEqual(
      refusal(400, 'invalid_role'),
    );
  });
});
