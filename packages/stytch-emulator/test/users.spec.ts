import { call, emulatorUnderTest, policyWithRoles, refusal } from './emulator.js';

describe('users', () => {
  const emulator = emulatorUnderTest({ seed: { rbacPolicy: policyWithRoles('admin', 'editor') } });
  const create = async (body: object) => (await call(emulator(), 'POST /v1/users', body)).body;

  it('are created with all given fields', async () => {
    const { body: received, status } = await call(emulator(), 'POST /v1/users', {
      email: 'ada@example.com',
      phone_number: '+12025550123',
      name: { first_name: 'Ada', last_name: 'Lovelace' },
      roles: ['admin'],
      trusted_metadata: { plan: 'pro' },
      untrusted_metadata: { theme: 'dark' },
      external_id: 'crm-7',
      create_user_as_pending: true,
    });

    expect(status).toBe(201);
    expect(received).toEqual({
      email_id: expect.stringMatching(/^email-test-/),
      phone_id: expect.stringMatching(/^phone-number-test-/),
      request_id: expect.any(String),
      status: 'pending',
      status_code: 201,
      user: {
        biometric_registrations: [],
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        crypto_wallets: [],
        emails: [{ email: 'ada@example.com', email_id: received.email_id, verified: false }],
        external_id: 'crm-7',
        is_locked: false,
        lock_created_at: null,
        lock_expires_at: null,
        name: { first_name: 'Ada', last_name: 'Lovelace', middle_name: '' },
        password: null,
        phone_numbers: [{ phone_id: received.phone_id, phone_number: '+12025550123', verified: false }],
        providers: [],
        roles: ['stytch_user', 'admin'],
        status: 'pending',
        totps: [],
        trusted_metadata: { plan: 'pro' },
        untrusted_metadata: { theme: 'dark' },
        user_id: received.user_id,
        webauthn_registrations: [],
      },
      user_id: expect.stringMatching(/^user-test-/),
    });
    const byId = await call(emulator(), `GET /v1/users/${received.user_id}`);
    expect(byId.body).toEqual({ ...received.user, request_id: expect.any(String), status_code: 200 });
    const byExternalId = await call(emulator(), 'GET /v1/users/crm-7');
    expect(byExternalId.body.user_id).toBe(received.user_id);
  });

  it.each([
    ['no identifier', {}, 'invalid_create_user_request'],
    ['a malformed email address', { email: 'ada@' }, 'invalid_email'],
    ['an existing email address in another case', { email: 'TAKEN@example.com' }, 'duplicate_email'],
    ['a malformed phone number', { phone_number: '555' }, 'invalid_phone_number'],
    ['an existing phone number', { phone_number: '+12025550100' }, 'duplicate_phone_number'],
    [
      'an existing external id',
      { email: 'a@example.com', external_id: 'taken' },
      'duplicate_user_external_id',
    ],
    ['an external id only', { external_id: 'crm-1' }, 'invalid_create_user_request'],
    ['an empty external id', { email: 'a@example.com', external_id: '' }, 'bad_request'],
    ['a space in the external id', { email: 'a@example.com', external_id: 'a b' }, 'bad_request'],
    ['a long external id', { email: 'a@example.com', external_id: 'x'.repeat(129) }, 'bad_request'],
    ['an array as metadata', { email: 'a@example.com', trusted_metadata: [] }, 'metadata_invalid_format'],
    [
      'metadata of more than 4 KB',
      { email: 'a@example.com', untrusted_metadata: { big: 'x'.repeat(4096) } },
      'metadata_too_large',
    ],
    [
      'metadata with 21 keys',
      {
        email: 'a@example.com',
        trusted_metadata: Object.fromEntries([...Array(21).keys()].map((n) => [`k${n}`, n])),
      },
      'metadata_too_many_keys',
    ],
    ['a role that the policy does not define', { email: 'a@example.com', roles: ['owner'] }, 'invalid_role'],
    ['a string as roles', { email: 'a@example.com', roles: 'admin' }, 'bad_request'],
    ['a string as name', { email: 'a@example.com', name: 'Ada' }, 'bad_request'],
  ])('are not created with %s', async (_case, body, errorType) => {
    await create({ email: 'taken@example.com', phone_number: '+12025550100', external_id: 'taken' });

    expect(await call(emulator(), 'POST /v1/users', body)).toEqual(refusal(400, errorType));

    expect((await call(emulator(), 'POST /v1/users/search', {})).body.results).toHaveLength(1);
  });

  it('are updated, with metadata merged at the top level and null removing a key', async () => {
    const { user_id, user } = await create({
      email: 'ada@example.com',
      trusted_metadata: { plan: { name: 'pro', seats: 5 }, old: true },
    });

    const { body: received } = await call(emulator(), `PUT /v1/users/${user_id}`, {
      name: { first_name: 'Ada' },
      trusted_metadata: { plan: { name: 'free' }, old: null, more: 1 },
      external_id: 'crm-1',
      roles: ['editor'],
    });

    const changed = {
      ...user,
      external_id: 'crm-1',
      name: { first_name: 'Ada', last_name: '', middle_name: '' },
      roles: ['stytch_user', 'editor'],
      trusted_metadata: { plan: { name: 'free' }, more: 1 },
    };
    expect(received).toEqual({
      crypto_wallets: [],
      emails: user.emails,
      phone_numbers: [],
      request_id: expect.any(String),
      status_code: 200,
      user: changed,
      user_id,
    });
  });

  it('do not change when an update is refused', async () => {
    await create({ email: 'grace@example.com', external_id: 'taken' });
    const { user_id, user } = await create({ email: 'ada@example.com' });
    const update = (body: object) => call(emulator(), `PUT /v1/users/${user_id}`, body);

    expect(await update({ roles: ['editor'], external_id: 'taken' })).toEqual(
      refusal(400, 'duplicate_user_external_id'),
    );
    expect(await update({ roles: ['owner'] })).toEqual(refusal(400, 'invalid_role'));
    expect(await update({ roles: ['editor'], trusted_metadata: 'no' })).toEqual(
      refusal(400, 'metadata_invalid_format'),
    );

    expect((await call(emulator(), `GET /v1/users/${user_id}`)).body).toMatchObject(user);
  });

  it('are deleted with their sessions and links', async () => {
    const { user_id, session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    await call(emulator(), 'POST /v1/magic_links/email/send', { email: 'ada@example.com' });
    const { token } = emulator().messages.latest({ kind: 'link' })!;

    expect(await call(emulator(), `DELETE /v1/users/${user_id}`, {})).toEqual({
      status: 200,
      body: { request_id: expect.any(String), status_code: 200, user_id },
    });

    expect(await call(emulator(), `GET /v1/users/${user_id}`)).toEqual(refusal(404, 'user_not_found'));
    expect(await call(emulator(), 'POST /v1/sessions/authenticate', { session_token })).toEqual(
      refusal(404, 'session_not_found'),
    );
    expect(await call(emulator(), 'POST /v1/magic_links/authenticate', { token })).toEqual(
      refusal(401, 'unable_to_auth_magic_link'),
    );
  });

  it('can lose an email address, but not the last one', async () => {
    const { user_id, email_id } = await create({ email: 'ada@example.com' });
    expect(await call(emulator(), `DELETE /v1/users/emails/${email_id}`, {})).toEqual(
      refusal(400, 'cannot_delete_last_primary_factor'),
    );
    await call(emulator(), 'POST /v1/magic_links/email/send', { email: 'ada@work.example', user_id });

    const { body: received } = await call(emulator(), `DELETE /v1/users/emails/${email_id}`, {});

    expect(received.user.emails.map(({ email }) => email)).toEqual(['ada@work.example']);
    expect(await call(emulator(), 'DELETE /v1/users/emails/email-test-none', {})).toEqual(
      refusal(404, 'email_not_found'),
    );
    expect(await call(emulator(), 'DELETE /v1/users/emails/none', {})).toEqual(
      refusal(400, 'invalid_email_id'),
    );
  });

  it('can lose a phone number, but not the last one', async () => {
    const phone_number = '+12025550123';
    const { user_id, phone_id } = await create({ phone_number });
    const remove = (id: string) => call(emulator(), `DELETE /v1/users/phone_numbers/${id}`, {});
    expect(await remove(phone_id)).toEqual(refusal(400, 'cannot_delete_last_primary_factor'));
    await call(emulator(), 'POST /v1/magic_links/email/send', { email: 'ada@example.com', user_id });

    expect((await remove(phone_id)).body).toMatchObject({ user_id, user: { phone_numbers: [] } });

    expect(await remove(phone_id)).toEqual(refusal(404, 'phone_number_not_found'));
  });

  it('can lose their external id', async () => {
    await create({ email: 'ada@example.com', external_id: 'crm-1' });
    const { body: received } = await call(emulator(), 'DELETE /v1/users/crm-1/external_id', {});
    expect(received.user.external_id).toBeNull();
    expect(await call(emulator(), 'GET /v1/users/crm-1')).toEqual(refusal(404, 'user_not_found'));
  });

  it('are not found by a malformed or unknown id', async () => {
    expect(await call(emulator(), 'GET /v1/users/user-live-1')).toEqual(refusal(400, 'invalid_user_id'));
    expect(await call(emulator(), 'GET /v1/users/user-test-1')).toEqual(refusal(404, 'user_not_found'));
  });

  describe('in a search', () => {
    const search = (body: object) => call(emulator(), 'POST /v1/users/search', body);
    const found = async (...operands: object[]) => {
      const { body: received } = await search({ query: { operator: 'AND', operands } });
      return received.results.map((user) => user.name.first_name);
    };
    const where = (filter_name: string, filter_value: unknown) => ({ filter_name, filter_value });

    beforeEach(async () => {
      await create({ email: 'ada@example.com', name: { first_name: 'Ada', last_name: 'Lovelace' } });
      emulator().clock.advance({ hours: 1 });
      await create({
        email: 'grace@navy.example',
        name: { first_name: 'Grace' },
        phone_number: '+12025550123',
        create_user_as_pending: true,
        external_id: 'crm-2',
      });
      emulator().clock.advance({ hours: 1 });
      await emulator().sessions.create({ email: 'alan@example.com' });
    });

    it.each([
      [
        'address, case-insensitively',
        where('email_address', ['ADA@example.com', 'nobody@example.com']),
        ['Ada'],
      ],
      ['part of an address', where('email_address_fuzzy', 'EXAMPLE.com'), ['Ada', '']],
      ['verified address', where('email_verified', true), ['']],
      ['status', where('status', 'pending'), ['Grace']],
      ['part of the full name', where('full_name_fuzzy', 'ada love'), ['Ada']],
      ['phone number', where('phone_number', ['+12025550123']), ['Grace']],
      ['part of a phone number', where('phone_number_fuzzy', '5550123'), ['Grace']],
      ['verified phone number', where('phone_verified', false), ['Grace']],
      ['external id', where('user_id', ['crm-2']), ['Grace']],
      ['no password', where('password_exists', false), ['Ada', 'Grace', '']],
      ['a provider that no user has', where('oauth_provider', ['google']), []],
      ['a verified passkey that no user has', where('webauthn_registration_verified', true), []],
    ])('are found by %s', async (_case, operand, names) => {
      expect(await found(operand)).toEqual(names);
    });

    it('are found by creation time', async () => {
      const at = (hours: number) => new Date(emulator().clock.nowMs() + hours * 3_600_000).toISOString();
      expect(await found(where('created_at_greater_than', at(-0.5)))).toEqual(['']);
      expect(await found(where('created_at_less_than', at(-1.5)))).toEqual(['Ada']);
      expect(
        await found(where('created_at_between', { greater_than: at(-1.5), less_than: at(-0.5) })),
      ).toEqual(['Grace']);
    });

    it('are found by all operands (AND) or any operand (OR)', async () => {
      const operands = [where('status', 'active'), where('email_address', ['grace@navy.example'])];
      expect(await found(...operands)).toEqual([]);
      const { body: received } = await search({ query: { operator: 'OR', operands } });
      expect(received.results_metadata).toEqual({ next_cursor: null, total: 3 });
    });

    it('are returned page by page', async () => {
      const first = await search({ limit: 2 });
      expect(first.body.results).toHaveLength(2);
      expect(first.body.results_metadata).toEqual({ next_cursor: expect.any(String), total: 3 });

      const second = await search({ limit: 2, cursor: first.body.results_metadata.next_cursor });
      expect(second.body.results).toHaveLength(1);
      expect(second.body.results_metadata).toEqual({ next_cursor: null, total: 3 });
    });

    it.each([
      ['an unknown operator', { query: { operator: 'NOT', operands: [] } }, 'user_search_invalid_operator'],
      ['an object as operands', { query: { operator: 'AND', operands: {} } }, 'bad_request'],
      ['a string as operand', { query: { operator: 'AND', operands: ['x'] } }, 'user_search_expected_object'],
      [
        'a missing filter name',
        { query: { operator: 'AND', operands: [{}] } },
        'user_search_missing_filter_name',
      ],
      [
        'a number as filter name',
        { query: { operator: 'AND', operands: [where(5 as never, 1)] } },
        'user_search_filter_name_must_be_string',
      ],
      [
        'a missing filter value',
        { query: { operator: 'AND', operands: [where('status', undefined)] } },
        'user_search_missing_filter_value',
      ],
      [
        'an unknown filter name',
        { query: { operator: 'AND', operands: [where('constructor', 'x')] } },
        'user_search_filter_name_not_recognized',
      ],
      [
        'a string instead of a list',
        { query: { operator: 'AND', operands: [where('email_address', 'x')] } },
        'user_search_expected_array_of_string',
      ],
      [
        'a list instead of a string',
        { query: { operator: 'AND', operands: [where('full_name_fuzzy', [])] } },
        'user_search_expected_string',
      ],
      [
        'a string instead of a boolean',
        { query: { operator: 'AND', operands: [where('email_verified', 'yes')] } },
        'user_search_expected_bool',
      ],
      [
        'an unknown status',
        { query: { operator: 'AND', operands: [where('status', 'asleep')] } },
        'user_search_invalid_status_filter',
      ],
      [
        'a malformed timestamp',
        { query: { operator: 'AND', operands: [where('created_at_less_than', 'yesterday')] } },
        'user_search_expected_timestamp',
      ],
      ['a limit that is too large', { limit: 1001 }, 'user_search_invalid_limit'],
      ['a negative limit', { limit: -1 }, 'user_search_invalid_limit'],
      ['an unknown cursor', { cursor: 'abc' }, 'user_search_invalid_cursor'],
    ])('are refused with %s', async (_case, body, errorType) => {
      expect(await search(body)).toEqual(refusal(400, errorType));
    });
  });

  it('can exchange their only email address or phone number for another one', async () => {
    const { user_id } = await create({ email: 'ada@example.com' });
    await create({ email: 'grace@example.com', phone_number: '+12025550199' });
    const exchange = (body: object) =>
      call(emulator(), `PUT /v1/users/${user_id}/exchange_primary_factor`, body);

    const { body } = await exchange({ phone_number: '+12025550123' });
    expect(body.user).toMatchObject({
      emails: [],
      phone_numbers: [{ phone_number: '+12025550123', verified: false }],
    });
    emulator().clock.advance({ hours: 1 });
    const { body: again } = await exchange({ email_address: 'lovelace@example.com' });
    expect(again.user).toMatchObject({
      emails: [{ email: 'lovelace@example.com', verified: false }],
      phone_numbers: [],
    });
    const fields = refusal(400, 'invalid_exchange_primary_factor_fields');
    expect(await exchange({})).toEqual(fields);
    expect(await exchange({ email_address: 'a@example.com', phone_number: '+12025550100' })).toEqual(fields);
    expect(await exchange({ email_address: 'grace@example.com' })).toEqual(refusal(400, 'duplicate_email'));
    expect(await exchange({ phone_number: '+12025550199' })).toEqual(refusal(400, 'duplicate_phone_number'));
    expect(await exchange({ email_address: 'x' })).toEqual(refusal(400, 'invalid_email'));
    const { user_id: grace } = (await create({ email: 'b@example.com', phone_number: '+12025550111' })).user;
    expect(
      await call(emulator(), `PUT /v1/users/${grace}/exchange_primary_factor`, {
        email_address: 'c@example.com',
      }),
    ).toEqual(refusal(400, 'invalid_exchange_primary_factor_user'));
  });
});
