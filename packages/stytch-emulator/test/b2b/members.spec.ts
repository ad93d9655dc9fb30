import { latestCode, latestToken } from './sign-in-flow.js';
import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call } from '../emulator.js';

const emulator = b2bEmulatorUnderTest({
  seed: {
    organizations: [
      {
        name: 'Acme',
        slug: 'acme',
        settings: {
          rbac_email_implicit_role_assignments: [{ domain: 'acme.example', role_id: 'employee' }],
        },
        members: [
          { email: 'ada@acme.example', name: 'Ada', roles: ['stytch_admin'], password: 'anything' },
          { email: 'bob@acme.example', externalId: 'crm-2', mfaPhoneNumber: '+12025550123' },
          { email: 'carol@example.com', status: 'pending', emailVerified: false, isBreakglass: true },
        ],
      },
      { name: 'Globex', slug: 'globex', members: [{ email: 'ada@acme.example' }] },
    ],
    rbacPolicy: { roles: [{ role_id: 'employee', permissions: [] }] },
  },
});

const path = 'v1/b2b/organizations/acme/members';
const memberId = (email: string) =>
  emulator()
    .members.list({ organization: 'acme' })
    .find(({ email_address }) => email_address === email)!.member_id;
const create = (body: object) => call(emulator(), `POST /${path}`, body);
const update = (email: string, body: object) => call(emulator(), `PUT /${path}/${memberId(email)}`, body);

describe('a member', () => {
  it('is created', async () => {
    const { status, body } = await create({
      email_address: 'Eve@acme.example',
      name: 'Eve',
      roles: ['stytch_admin'],
      external_id: 'crm-9',
      untrusted_metadata: { theme: 'dark' },
    });
    expect(status).toBe(200);
    expect(body.member).toEqual({
      organization_id: body.organization.organization_id,
      member_id: expect.stringMatching(/^member-test-[0-9a-f-]{36}$/),
      external_id: 'crm-9',
      email_address: 'Eve@acme.example',
      email_address_verified: false,
      retired_email_addresses: [],
      status: 'active',
      name: 'Eve',
      roles: [
        { role_id: 'stytch_member', sources: [{ type: 'direct_assignment', details: {} }] },
        { role_id: 'stytch_admin', sources: [{ type: 'direct_assignment', details: {} }] },
        {
          role_id: 'employee',
          sources: [{ type: 'email_assignment', details: { email_domain: 'acme.example' } }],
        },
      ],
      is_admin: true,
      is_breakglass: false,
      member_password_id: '',
      oauth_registrations: [],
      sso_registrations: [],
      scim_registration: null,
      mfa_enrolled: false,
      mfa_phone_number: '',
      mfa_phone_number_verified: false,
      default_mfa_method: '',
      totp_registration_id: '',
      trusted_metadata: {},
      untrusted_metadata: { theme: 'dark' },
      is_locked: false,
      lock_created_at: null,
      lock_expires_at: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
  });

  it.each([
    [{}, 400, 'invalid_email'],
    [{ email_address: 'x' }, 400, 'invalid_email'],
    [{ email_address: 'ADA@acme.example' }, 400, 'duplicate_member_email'],
    [{ email_address: 'eve@acme.example', external_id: 'crm-2' }, 400, 'duplicate_member_external_id'],
    [{ email_address: 'eve@acme.example', roles: ['nobody'] }, 400, 'invalid_role'],
    [{ email_address: 'eve@acme.example', mfa_phone_number: '1' }, 400, 'invalid_phone_number'],
  ])('is not created with %j', async (body, status, errorType) => {
    expect(await create(body)).toEqual(b2bRefusal(status, errorType));
  });

  it.each([
    ['email_address', 'BOB@acme.example'],
    ['member_id', 'crm-2'],
  ])('is found by %s', async (name, value) => {
    const { body } = await call(emulator(), `GET /v1/b2b/organizations/acme/member?${name}=${value}`);
    expect(body.member.email_address).toBe('bob@acme.example');
  });

  it.each([
    ['', 400, 'invalid_member_get_fields'],
    ['?member_id=x&email_address=a@b.example', 400, 'invalid_member_get_fields'],
    ['?member_id=member-test-1', 404, 'member_not_found'],
    ['?email_address=nobody@acme.example', 404, 'member_not_found'],
  ])('is not found with the query "%s"', async (query, status, errorType) => {
    expect(await call(emulator(), `GET /v1/b2b/organizations/acme/member${query}`)).toEqual(
      b2bRefusal(status, errorType),
    );
  });

  it('is not found in another organization', async () => {
    const id = memberId('bob@acme.example');
    expect(await call(emulator(), `GET /v1/b2b/organizations/globex/member?member_id=${id}`)).toEqual(
      b2bRefusal(404, 'member_not_found'),
    );
  });

  it('is updated', async () => {
    const { body } = await update('bob@acme.example', {
      name: 'Bob',
      roles: ['stytch_admin'],
      mfa_enrolled: true,
      trusted_metadata: { level: 1 },
    });
    expect(body.member).toMatchObject({
      name: 'Bob',
      is_admin: true,
      mfa_enrolled: true,
      default_mfa_method: 'sms_otp',
      external_id: 'crm-2',
      trusted_metadata: { level: 1 },
    });
  });

  it.each([
    [{ roles: ['nobody'] }, 'invalid_role'],
    [{ mfa_phone_number: '+12025550124' }, 'duplicate_member_phone_number_for_member'],
    [{ default_mfa_method: 'email' }, 'invalid_mfa_default_method'],
    [{ default_mfa_method: 'totp' }, 'default_mfa_member_missing_factor'],
    [{ email_address: 'ada@acme.example' }, 'duplicate_member_email'],
  ])('is not updated with %j', async (changes, errorType) => {
    expect(await update('bob@acme.example', { name: 'Bob', ...changes })).toEqual(b2bRefusal(400, errorType));
    expect(emulator().members.list({ organization: 'acme' })[1]).toMatchObject({ name: '' });
  });

  it('retires its address when that is changed, so that no other member can have it', async () => {
    const { body } = await update('ada@acme.example', { email_address: 'lovelace@acme.example' });
    expect(body.member).toMatchObject({
      email_address: 'lovelace@acme.example',
      email_address_verified: false,
      member_password_id: '',
      retired_email_addresses: [{ email_address: 'ada@acme.example' }],
    });
    expect(await create({ email_address: 'ada@acme.example' })).toEqual(
      b2bRefusal(400, 'retired_member_email'),
    );
    await call(emulator(), `POST /${path}/${body.member_id}/unlink_retired_email`, {
      email_address: 'ada@acme.example',
    });
    expect(await create({ email_address: 'ada@acme.example' })).toMatchObject({ status: 200 });
  });

  describe('that changes its own address', () => {
    const newAddress = 'lovelace@acme.example';
    const start = (email: string, body: object = { email_address: newAddress }) =>
      call(emulator(), `POST /${path}/${memberId(email)}/start_email_update`, body);
    const byCode = { email_address: newAddress, delivery_method: 'EMAIL_OTP' };
    const enter = (code: string) =>
      call(emulator(), 'POST /v1/b2b/otps/email/authenticate', {
        organization_id: 'acme',
        email_address: newAddress,
        code,
      });
    const memberOf = (email: string) =>
      emulator()
        .members.list({ organization: 'acme' })
        .find(({ email_address }) => email_address === email);

    it.each(['EMAIL_MAGIC_LINK', 'EMAIL_OTP'] as const)(
      'signs in with what was sent to the new one (%s), and keeps its sessions',
      async (delivery_method) => {
        await emulator().sessions.create({ organization: 'acme', email: 'ada@acme.example' });
        const { organizations, magicLinks, otps } = b2bSdkClient(emulator());
        const started = await organizations.members.startEmailUpdate({
          organization_id: 'acme',
          member_id: memberId('ada@acme.example'),
          email_address: newAddress,
          delivery_method,
        });
        expect(started.member.email_address).toBe('ada@acme.example');
        const signedIn =
          delivery_method === 'EMAIL_OTP'
            ? await otps.email.authenticate({
                organization_id: 'acme',
                email_address: newAddress,
                code: latestCode(emulator(), newAddress),
              })
            : await magicLinks.authenticate({ magic_links_token: latestToken(emulator(), newAddress) });

        expect(signedIn).toMatchObject({
          member_authenticated: true,
          member: {
            member_id: started.member_id,
            email_address: newAddress,
            email_address_verified: true,
            retired_email_addresses: [{ email_address: 'ada@acme.example' }],
          },
          member_session: {
            authentication_factors: [
              { email_factor: { email_id: signedIn.method_id, email_address: newAddress } },
            ],
          },
        });
        expect(emulator().sessions.list()).toHaveLength(2);
      },
    );

    it('keeps it for five minutes only, in which no other member can change to the new one', async () => {
      await start('ada@acme.example');
      const token = latestToken(emulator(), newAddress);
      expect(await start('bob@acme.example')).toEqual(
        b2bRefusal(400, 'desired_email_updating_for_different_member'),
      );
      emulator().clock.advance({ minutes: 5 });
      expect(
        await call(emulator(), 'POST /v1/b2b/magic_links/authenticate', { magic_links_token: token }),
      ).toEqual(b2bRefusal(401, 'unable_to_auth_magic_link'));
      expect(memberOf('ada@acme.example')).toBeDefined();
      expect(await start('bob@acme.example')).toMatchObject({ status: 200 });
    });

    it('keeps it if another member has got the new one since', async () => {
      await start('ada@acme.example');
      await create({ email_address: newAddress });
      expect(
        await call(emulator(), 'POST /v1/b2b/magic_links/authenticate', {
          magic_links_token: latestToken(emulator(), newAddress),
        }),
      ).toEqual(b2bRefusal(400, 'duplicate_member_email'));
      expect(memberOf('ada@acme.example')).toMatchObject({ retired_email_addresses: [] });
    });

    it('does not lock another member, who has got the new one since, with the code that was sent to it', async () => {
      await start('ada@acme.example', byCode);
      const code = latestCode(emulator(), newAddress);
      await create({ email_address: newAddress });
      for (let attempt = 1; attempt <= 10; attempt += 1)
        expect(await enter(code)).toEqual(b2bRefusal(400, 'duplicate_member_email'));

      await call(emulator(), 'POST /v1/b2b/otps/email/login_or_signup', {
        organization_id: 'acme',
        email_address: newAddress,
      });
      expect(await enter(latestCode(emulator(), newAddress))).toMatchObject({ status: 200 });
    });

    it('is not changed by an earlier code, after it has started to change to yet another address', async () => {
      await start('ada@acme.example', byCode);
      const code = latestCode(emulator(), newAddress);
      await start('ada@acme.example', { ...byCode, email_address: 'countess@acme.example' });

      expect(await enter(code)).toEqual(b2bRefusal(401, 'unable_to_auth_otp_code'));
      expect(memberOf('ada@acme.example')).toBeDefined();
    });

    it.each<[string, object, string]>([
      ['ada@acme.example', { email_address: 'bob@acme.example' }, 'duplicate_member_email'],
      ['ada@acme.example', { email_address: 'ada@acme.example' }, 'duplicate_member_email'],
      ['ada@acme.example', { email_address: 'no address' }, 'invalid_email'],
      ['ada@acme.example', { email_address: newAddress, delivery_method: 'SMS' }, 'bad_request'],
      ['carol@example.com', { email_address: newAddress }, 'email_updates_available_only_for_active_members'],
    ])('is refused for %s with %j', async (email, body, errorType) => {
      expect(await start(email, body)).toEqual(b2bRefusal(400, errorType));
      expect(emulator().messages.list()).toEqual([]);
    });
  });

  it('may update back to its retired address, and can unlink the other one at once', async () => {
    await update('ada@acme.example', { email_address: 'lovelace@acme.example' });
    const { body } = await update('lovelace@acme.example', {
      email_address: 'ada@acme.example',
      unlink_email: true,
    });
    expect(body.member).toMatchObject({ email_address: 'ada@acme.example', retired_email_addresses: [] });
  });

  it('is deleted with its sessions, and reactivated', async () => {
    const id = memberId('ada@acme.example');
    await emulator().sessions.create({ organization: 'acme', email: 'ada@acme.example' });
    await call(emulator(), `DELETE /${path}/${id}`, {});
    expect(emulator().sessions.list()).toEqual([]);
    expect(await call(emulator(), `GET /v1/b2b/organizations/acme/member?member_id=${id}`)).toEqual(
      b2bRefusal(404, 'member_not_found'),
    );
    const deleted = await call(
      emulator(),
      `GET /v1/b2b/organizations/members/dangerously_get/${id}?include_deleted=true`,
    );
    expect(deleted.body.member.status).toBe('deleted');
    const { body } = await call(emulator(), `PUT /${path}/${id}/reactivate`, {});
    expect(body.member).toMatchObject({ member_id: id, status: 'active', name: 'Ada' });
  });

  it('is not reactivated while another member has its address', async () => {
    const id = memberId('ada@acme.example');
    await call(emulator(), `DELETE /${path}/${id}`, {});
    await create({ email_address: 'ada@acme.example' });
    expect(await call(emulator(), `PUT /${path}/${id}/reactivate`, {})).toEqual(
      b2bRefusal(400, 'reactivation_email_belongs_to_another_member'),
    );
  });

  it.each([
    [
      'a member who is not deleted',
      'ada@acme.example',
      false,
      404,
      'no_deleted_member_found_for_reactivation',
    ],
    [
      'a member without a verified address',
      'carol@example.com',
      true,
      400,
      'member_has_no_active_verified_email',
    ],
  ])('is not reactivated: %s', async (_, email, isDeleted, status, errorType) => {
    const id = memberId(email);
    if (isDeleted) await call(emulator(), `DELETE /${path}/${id}`, {});
    expect(await call(emulator(), `PUT /${path}/${id}/reactivate`, {})).toEqual(
      b2bRefusal(status, errorType),
    );
  });

  it('loses its password, its phone number and its external id', async () => {
    const [ada] = emulator().members.list({ organization: 'acme' });
    const password = await call(emulator(), `DELETE /${path}/passwords/${ada!.member_password_id}`, {});
    expect(password.body.member).toMatchObject({ member_id: ada!.member_id, member_password_id: '' });
    const phone = await call(emulator(), `DELETE /${path}/mfa_phone_numbers/crm-2`, {});
    expect(phone.body.member).toMatchObject({ mfa_phone_number: '', default_mfa_method: '' });
    const externalId = await call(emulator(), `DELETE /${path}/crm-2/external_id`, {});
    expect(externalId.body.member).toMatchObject({ email_address: 'bob@acme.example', external_id: null });
  });

  it.each([
    ['passwords/member-password-test-1', 'member_password_not_found'],
    ['mfa_phone_numbers/member-test-1', 'member_not_found'],
  ])('is not found by DELETE %s', async (what, errorType) => {
    expect(await call(emulator(), `DELETE /${path}/${what}`, {})).toEqual(b2bRefusal(404, errorType));
  });
});

describe('organizations/members/search', () => {
  const search = (body: object) => call(emulator(), 'POST /v1/b2b/organizations/members/search', body);
  const by = (filter_name: string, filter_value: unknown) => ({
    query: { operator: 'AND', operands: [{ filter_name, filter_value }] },
  });

  it('returns the members of the organizations, and the organizations', async () => {
    const { body } = await search({ organization_ids: ['acme', 'globex'] });
    expect(body.members).toEqual(emulator().members.list());
    expect(body.organizations).toEqual(
      Object.fromEntries(
        emulator()
          .organizations.list()
          .map((each) => [each.organization_id, each]),
      ),
    );
    expect(body.results_metadata).toEqual({ next_cursor: null, total: 4 });
  });

  it.each([
    ['member_ids', ['crm-2'], ['bob']],
    ['member_emails', ['ADA@acme.example'], ['ada']],
    ['member_email_fuzzy', 'acme', ['ada', 'bob']],
    ['member_is_breakglass', true, ['carol']],
    ['member_roles', ['employee'], ['ada', 'bob']],
    ['statuses', ['pending'], ['carol']],
    ['member_mfa_phone_numbers', ['+12025550123'], ['bob']],
    ['member_mfa_phone_number_fuzzy', '555', ['bob']],
    ['member_password_exists', true, ['ada']],
    ['member_totp_exists', true, []],
    ['oauth_providers', ['google'], []],
    ['organization_slug', 'acme', ['ada', 'bob', 'carol']],
  ])('filters by %s', async (name, value, names) => {
    const { body } = await search({ organization_ids: ['acme'], ...by(name, value) });
    expect(body.members.map(({ email_address }) => email_address.split('@')[0])).toEqual(names);
  });

  it('finds deleted members by their status only', async () => {
    await call(emulator(), `DELETE /${path}/crm-2`, {});
    const found = async (body: object) =>
      (await search({ organization_ids: ['acme'], ...body })).body.members.length;
    expect(await found({})).toBe(2);
    expect(await found(by('member_email_fuzzy', 'bob'))).toBe(0);
    expect(await found(by('statuses', ['deleted']))).toBe(1);
  });

  it.each([
    [{ organization_ids: [] }, 400, 'member_search_organization_ids_empty'],
    [{ organization_ids: ['nowhere'] }, 404, 'organization_not_found'],
    [{ organization_ids: ['acme'], ...by('color', 'red') }, 400, 'member_search_filter_name_not_recognized'],
    [
      { organization_ids: ['acme'], ...by('statuses', 'active') },
      400,
      'member_search_expected_array_of_strings',
    ],
    [
      { organization_ids: ['acme'], ...by('member_email_fuzzy', 'ad') },
      400,
      'member_search_member_email_fuzzy_too_short',
    ],
  ])('refuses %j', async (body, status, errorType) => {
    expect(await search(body)).toEqual(b2bRefusal(status, errorType));
  });
});

describe('operations on behalf of a member', () => {
  const client = () => b2bSdkClient(emulator());
  const as = async (email: string) => {
    const { session_jwt } = await emulator().sessions.create({ organization: 'acme', email });
    return { authorization: { session_jwt } };
  };
  const ids = (email: string) => ({ organization_id: 'acme', member_id: memberId(email) });

  it('let a member change itself, as far as stytch.self permits', async () => {
    const { member } = await client().organizations.members.update(
      { ...ids('bob@acme.example'), name: 'Bob' },
      await as('bob@acme.example'),
    );
    expect(member.name).toBe('Bob');
  });

  it.each([
    ['the name of another member', 'ada@acme.example', { name: 'x' }, 'session_authorization_error'],
    ['its own roles', 'bob@acme.example', { roles: ['stytch_admin'] }, 'session_authorization_error'],
    [
      'the email address of another member',
      'ada@acme.example',
      { email_address: 'x@acme.example' },
      'session_authorization_error',
    ],
  ])('do not let a member change %s', async (_, email, changes, error_type) => {
    const acting = await as('bob@acme.example');
    await expect(
      client().organizations.members.update({ ...ids(email), ...changes }, acting),
    ).rejects.toMatchObject({ status_code: 403, error_type });
  });

  it('let an admin manage members, but not its own email address', async () => {
    const acting = await as('ada@acme.example');
    const { members } = client().organizations;
    const { member } = await members.create(
      { organization_id: 'acme', email_address: 'eve@acme.example' },
      acting,
    );
    await members.update({ ...ids('eve@acme.example'), roles: ['stytch_admin'] }, acting);
    await members.delete({ organization_id: 'acme', member_id: member.member_id }, acting);
    await expect(
      members.update({ ...ids('ada@acme.example'), email_address: 'x@acme.example' }, acting),
    ).rejects.toMatchObject({ error_type: 'member_cannot_update_their_email_address' });
  });

  it('need one session header only', async () => {
    const { session_token, session_jwt } = await emulator().sessions.create({
      organization: 'acme',
      email: 'ada@acme.example',
    });
    const headers = { 'x-stytch-member-session': session_token, 'x-stytch-member-sessionjwt': session_jwt };
    expect(await call(emulator(), `DELETE /${path}/crm-2`, {}, headers)).toEqual(
      b2bRefusal(400, 'too_many_session_arguments'),
    );
  });
});
