import { call, callback, claimsOf, emulatorUnderTest, refusal } from './emulator.js';

describe('impersonation', () => {
  const emulator = emulatorUnderTest();
  const email = 'ada@example.com';
  const authenticate = (impersonation_token: string) =>
    call(emulator(), 'POST /v1/impersonation/authenticate', { impersonation_token });
  const inactive = refusal(401, 'unable_to_auth_impersonation_token');

  it('starts at the redirect URL of the application', async () => {
    const { link, token } = await emulator().users.impersonate({ email });
    expect(link).toBe(`${callback}?stytch_token_type=impersonation&token=${token}`);

    const other = await emulator().users.impersonate({ email, redirectUrl: 'http://localhost:4000/in?a=b' });
    expect(other.link).toBe(
      `http://localhost:4000/in?a=b&stytch_token_type=impersonation&token=${other.token}`,
    );
    await expect(
      emulator().users.impersonate({ email, redirectUrl: 'https://example.com' }),
    ).rejects.toMatchObject({ code: 'emulator_options_invalid' });
  });

  it('is started by other processes with the control API', async () => {
    const response = await fetch(`${emulator().url}/__emulator/v1/users/impersonate`, {
      method: 'POST',
      body: JSON.stringify({ email, impersonatorEmail: 'grace@example.com', impersonatorId: 'member-1' }),
    });
    const created = (await response.json()) as { userId: string; token: string; link: string };
    const { body } = await authenticate(created.token);

    expect(response.status).toBe(201);
    expect(created).toEqual({
      link: expect.stringContaining(created.token),
      token: created.token,
      userId: body.user_id,
    });
    expect(body.session.authentication_factors[0]).toMatchObject({
      impersonated_factor: {
        impersonator_email_address: 'grace@example.com',
        impersonator_id: 'member-1',
      },
    });
    const unlocked = await fetch(`${emulator().url}/__emulator/v1/users/unlock`, {
      method: 'POST',
      body: JSON.stringify({ userId: body.user_id }),
    });
    expect(unlocked.status).toBe(204);
  });

  it('starts a session of an hour that names the impersonator, and leaves the user unchanged', async () => {
    const { body: created } = await call(emulator(), 'POST /v1/users', { email });
    const { token } = await emulator().users.impersonate({ email, impersonatorEmail: 'grace@example.com' });
    const { status, body } = await authenticate(token);

    expect(status).toBe(200);
    expect(body).toEqual({
      request_id: expect.any(String),
      session: expect.objectContaining({
        authentication_factors: [
          {
            created_at: expect.any(String),
            delivery_method: 'impersonation',
            impersonated_factor: {
              impersonator_email_address: 'grace@example.com',
              impersonator_id: expect.stringMatching(/^member-test-/),
            },
            last_authenticated_at: expect.any(String),
            type: 'impersonated',
            updated_at: expect.any(String),
          },
        ],
      }),
      session_jwt: expect.any(String),
      session_token: expect.any(String),
      status_code: 200,
      user: created.user,
      user_id: created.user_id,
    });
    expect(Date.parse(body.session.expires_at) - Date.parse(body.session.started_at)).toBe(3_600_000);
    expect(claimsOf(body.session_jwt)).toMatchObject({
      'https://stytch.com/session': {
        authentication_factors: [
          { type: 'impersonated', impersonated_factor: { impersonator_email_address: 'grace@example.com' } },
        ],
      },
    });
  });

  it('cannot be extended', async () => {
    const { token } = await emulator().users.impersonate({ email });
    const { session, session_token } = (await authenticate(token)).body;
    const { body } = await call(emulator(), 'POST /v1/sessions/authenticate', {
      session_token,
      session_duration_minutes: 120,
    });
    expect(body.session.expires_at).toBe(session.expires_at);
  });

  it('uses up the token, which is valid for five minutes', async () => {
    const { token } = await emulator().users.impersonate({ email });
    await authenticate(token);
    expect(await authenticate(token)).toEqual(inactive);

    const { token: expired } = await emulator().users.impersonate({ email });
    emulator().clock.advance({ minutes: 5 });
    expect(await authenticate(expired)).toEqual(inactive);
    expect(await authenticate('unknown')).toEqual(inactive);
  });

  it('ends with the user', async () => {
    const { token, user_id } = await emulator().users.impersonate({ email });
    await call(emulator(), `DELETE /v1/users/${user_id}`, {});
    expect(await authenticate(token)).toEqual(inactive);
  });
});
