import { call, claimsOf, emulatorUnderTest, policyWithRoles, refusal } from './emulator.js';

describe('sessions', () => {
  const emulator = emulatorUnderTest();
  const authenticate = (body: object) => call(emulator(), 'POST /v1/sessions/authenticate', body);
  const revoke = (body: object) => call(emulator(), 'POST /v1/sessions/revoke', body);
  const tampered = (jwt: string) => {
    const [header, payload, signature] = jwt.split('.');
    const claims = {
      ...JSON.parse(Buffer.from(payload!, 'base64url').toString()),
      sub: 'user-test-somebody-else',
    };
    return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  };

  it('return the token and a JWT when authenticated by token', async () => {
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    const { body: received } = await authenticate({ session_token });
    expect(received.session_token).toBe(session_token);
    expect(received.session_jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('return an empty token and a new JWT when authenticated by an expired JWT', async () => {
    const { session_jwt } = await emulator().sessions.create({ email: 'ada@example.com' });
    emulator().clock.advance({ minutes: 10 });

    const { body: received } = await authenticate({ session_jwt });

    expect(received.session_token).toBe('');
    expect(claimsOf(received.session_jwt).iat - claimsOf(session_jwt).iat).toBeGreaterThanOrEqual(600);
  });

  it('have JWTs with all claims that expire after five minutes', async () => {
    const { session_jwt, session_id, user_id, session, user } = await emulator().sessions.create({
      email: 'ada@example.com',
      customClaims: { tenant: 't1' },
      roles: ['admin'],
    });
    const claims = claimsOf(session_jwt);
    expect(claims).toEqual({
      aud: [emulator().projectId],
      exp: claims.iat + 300,
      iat: Math.floor(Date.parse(session.started_at) / 1000),
      iss: `stytch.com/${emulator().projectId}`,
      nbf: claims.iat,
      sub: user_id,
      tenant: 't1',
      'https://stytch.com/session': {
        attributes: { ip_address: '', user_agent: '' },
        authentication_factors: [
          {
            delivery_method: 'email',
            email_factor: { email_address: 'ada@example.com', email_id: user.emails[0]?.email_id },
            last_authenticated_at: session.started_at,
            type: 'magic_link',
          },
        ],
        expires_at: session.expires_at,
        id: session_id,
        last_accessed_at: session.started_at,
        roles: ['stytch_user', 'admin'],
        started_at: session.started_at,
      },
    });
  });

  it('have JWTs that expire with the session at the latest', async () => {
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    emulator().clock.advance({ minutes: 58 });
    const { body: received } = await authenticate({ session_token });
    expect(claimsOf(received.session_jwt).exp).toBe(Date.parse(received.session.expires_at) / 1000);
  });

  it('keep their expiry without session_duration_minutes, and move it with it', async () => {
    const { session, session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    emulator().clock.advance({ minutes: 30 });

    const untouched = await authenticate({ session_token });
    expect(untouched.body.session.expires_at).toBe(session.expires_at);
    expect(untouched.body.session.last_accessed_at).not.toBe(session.last_accessed_at);

    const shortened = await authenticate({ session_token, session_duration_minutes: 5 });
    expect(
      Date.parse(shortened.body.session.expires_at) - Date.parse(shortened.body.session.last_accessed_at),
    ).toBe(300_000);
  });

  it('expire exactly at expires_at and cannot be extended afterwards', async () => {
    const { session, session_token, session_jwt } = await emulator().sessions.create({
      email: 'ada@example.com',
    });
    const untilEndMs = Date.parse(session.expires_at) - emulator().clock.nowMs();

    emulator().clock.advance({ ms: untilEndMs - 500 });
    expect((await authenticate({ session_token })).status).toBe(200);

    emulator().clock.advance({ ms: 500 });
    const gone = refusal(404, 'session_not_found');
    expect(await authenticate({ session_token })).toEqual(gone);
    expect(await authenticate({ session_jwt, session_duration_minutes: 60 })).toEqual(gone);
  });

  it('merge custom claims, where null removes a claim', async () => {
    const { session_token } = await emulator().sessions.create({
      email: 'ada@example.com',
      customClaims: { tenant: 't1', theme: 'dark' },
    });
    const { body: received } = await authenticate({
      session_token,
      session_custom_claims: { theme: null, plan: 'pro' },
    });
    expect(received.session.custom_claims).toEqual({ tenant: 't1', plan: 'pro' });
    expect(claimsOf(received.session_jwt)).toMatchObject({ tenant: 't1', plan: 'pro' });
    expect(claimsOf(received.session_jwt)).not.toHaveProperty('theme');
  });

  it('have the current roles of their user', async () => {
    const { user_id, session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    await emulator().rbac.setPolicy(policyWithRoles('editor'));
    await call(emulator(), `PUT /v1/users/${user_id}`, { roles: ['editor'] });
    expect((await authenticate({ session_token })).body.session.roles).toEqual(['stytch_user', 'editor']);
  });

  it.each(['session_id', 'session_token', 'session_jwt'] as const)(
    'can be revoked once by %s',
    async (by) => {
      const minted = await emulator().sessions.create({ email: 'ada@example.com' });

      expect(await revoke({ [by]: minted[by] })).toEqual({
        status: 200,
        body: { request_id: expect.any(String), status_code: 200 },
      });

      const gone = refusal(404, 'session_not_found');
      expect(await revoke({ [by]: minted[by] })).toEqual(gone);
      expect(await authenticate({ session_token: minted.session_token })).toEqual(gone);
      expect(await authenticate({ session_jwt: minted.session_jwt })).toEqual(gone);
    },
  );

  it('are listed for their user until they expire', async () => {
    const first = await emulator().sessions.create({ email: 'ada@example.com', durationMinutes: 5 });
    const second = await emulator().sessions.create({ email: 'ada@example.com' });
    await emulator().sessions.create({ email: 'grace@example.com' });
    const list = () => call(emulator(), `GET /v1/sessions?user_id=${first.user_id}`);

    expect((await list()).body).toEqual({
      request_id: expect.any(String),
      sessions: [first.session, second.session],
      status_code: 200,
    });
    emulator().clock.advance({ minutes: 6 });
    expect((await list()).body.sessions).toEqual([second.session]);

    expect(await call(emulator(), 'GET /v1/sessions')).toEqual(refusal(400, 'invalid_user_id'));
    expect(await call(emulator(), 'GET /v1/sessions?user_id=nobody')).toEqual(refusal(404, 'user_not_found'));
  });

  it.each([
    ['no arguments', {}, 400, 'no_session_arguments'],
    ['two arguments', { session_token: 'x'.repeat(44), session_jwt: 'x' }, 400, 'too_many_session_arguments'],
    ['a malformed token', { session_token: 'not a token' }, 400, 'invalid_session_token'],
    ['an unknown token', { session_token: 'x'.repeat(44) }, 404, 'session_not_found'],
    ['a number as token', { session_token: 44 }, 400, 'bad_request'],
    ['a malformed JWT', { session_jwt: 'a.b.c' }, 400, 'unable_to_parse_session_jwt'],
    ['a JWT with empty parts', { session_jwt: '..' }, 400, 'unable_to_parse_session_jwt'],
  ])('are not authenticated with %s', async (_case, body, status, errorType) => {
    expect(await authenticate(body)).toEqual(refusal(status, errorType));
  });

  it.each([
    ['no arguments', {}, 400, 'no_session_revoke_arguments'],
    ['two arguments', { session_id: 'a', session_token: 'b' }, 400, 'too_many_session_revoke_arguments'],
    ['a malformed id', { session_id: 'session-live-1' }, 400, 'invalid_session_id'],
    ['an unknown id', { session_id: 'session-test-1' }, 404, 'session_not_found'],
  ])('are not revoked with %s', async (_case, body, status, errorType) => {
    expect(await revoke(body)).toEqual(refusal(status, errorType));
  });

  it('are not authenticated with a modified JWT or a JWT without a signature', async () => {
    const { session_jwt } = await emulator().sessions.create({ email: 'ada@example.com' });
    const refused = refusal(400, 'unable_to_parse_session_jwt');
    expect(await authenticate({ session_jwt: tampered(session_jwt) })).toEqual(refused);
    expect(await authenticate({ session_jwt: session_jwt.replace(/[^.]+$/, '') })).toEqual(refused);
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    expect(await authenticate({ session_jwt: session_jwt.replace(/^[^.]+/, none) })).toEqual(refused);
  });
});
