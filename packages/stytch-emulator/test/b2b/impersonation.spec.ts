import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call, callback } from '../emulator.js';

describe('impersonation of members', () => {
  const emulator = b2bEmulatorUnderTest();
  const ada = { organization: 'acme', email: 'ada@acme.example' };
  const authenticate = (impersonation_token: string) =>
    call(emulator(), 'POST /v1/b2b/impersonation/authenticate', { impersonation_token });

  beforeEach(() =>
    emulator().organizations.create({ name: 'Acme', settings: { mfa_policy: 'REQUIRED_FOR_ALL' } }),
  );

  it('starts a session of an hour that names the impersonator, without a second factor', async () => {
    const created = await emulator().members.impersonate({ ...ada, impersonatorEmail: 'eve@example.com' });
    expect(created.link).toBe(
      `${callback}?slug=acme&stytch_token_type=multi_tenant_impersonation&token=${created.token}`,
    );

    const signedIn = await b2bSdkClient(emulator()).impersonation.authenticate({
      impersonation_token: created.token,
    });
    expect(signedIn).toEqual({
      intermediate_session_token: '',
      intermediate_session_token_expires_at: null,
      member: expect.objectContaining({ email_address: ada.email }),
      member_authenticated: true,
      member_id: created.member_id,
      member_session: expect.objectContaining({
        authentication_factors: [
          expect.objectContaining({
            type: 'impersonated',
            delivery_method: 'impersonation',
            impersonated_factor: {
              impersonator_id: expect.stringMatching(/^member-test-/),
              impersonator_email_address: 'eve@example.com',
            },
          }),
        ],
      }),
      mfa_required: null,
      organization: expect.objectContaining({ organization_slug: 'acme' }),
      organization_id: created.organization_id,
      request_id: expect.any(String),
      session_jwt: expect.any(String),
      session_token: expect.any(String),
      status_code: 200,
    });
    const { started_at = '', expires_at = '' } = signedIn.member_session ?? {};
    expect(Date.parse(expires_at) - Date.parse(started_at)).toBe(3600_000);
    expect(await authenticate(created.token)).toEqual(b2bRefusal(401, 'unable_to_auth_impersonation_token'));
  });

  it('ends after five minutes', async () => {
    const { token } = await emulator().members.impersonate(ada);
    emulator().clock.advance({ minutes: 5 });
    expect(await authenticate(token)).toEqual(b2bRefusal(401, 'unable_to_auth_impersonation_token'));
  });

  it('is started by other processes with the control API', async () => {
    const response = await fetch(`${emulator().url}/__emulator/v1/members/impersonate`, {
      method: 'POST',
      body: JSON.stringify(ada),
    });
    expect(response.status).toBe(201);
    const { token, ...created } = (await response.json()) as { token: string };
    expect(created).toEqual({
      link: expect.stringContaining(token),
      memberId: expect.stringMatching(/^member-test-/),
      organizationId: expect.stringMatching(/^organization-test-/),
    });
    expect((await authenticate(token)).status).toBe(200);
  });
});
