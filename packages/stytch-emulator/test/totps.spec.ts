import { codeOfStep, stepAt } from '../src/resources/consumer/totps/totp-code.js';
import { call, claimsOf, emulatorUnderTest, refusal } from './emulator.js';

const sandboxUserId = 'user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd';

describe('TOTP', () => {
  const emulator = emulatorUnderTest();
  const post = (path: string, body: object) => call(emulator(), `POST /v1/${path}`, body);
  const createUser = async () => (await post('users', { email: 'ada@example.com' })).body.user_id;
  const enroll = async () => {
    const user_id = await createUser();
    const { body } = await post('totps', { user_id });
    const code = (steps = 0) =>
      codeOfStep(body.secret, stepAt(Math.floor(emulator().clock.nowMs() / 1000)) + steps);
    const authenticate = (request: object = {}) =>
      post('totps/authenticate', { user_id, totp_code: code(), ...request });
    const recover = (recovery_code: string | undefined) => post('totps/recover', { user_id, recovery_code });
    return { ...body, user_id, code, authenticate, recover };
  };

  it('is created with a secret, a QR code and ten recovery codes', async () => {
    const user_id = await createUser();
    const { status, body } = await post('totps', { user_id });

    expect(status).toBe(200);
    expect(body).toEqual({
      qr_code: expect.stringMatching(/^data:image\/png;base64, iVBORw0KGgo/),
      recovery_codes: new Array(10).fill(expect.stringMatching(/^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/)),
      request_id: expect.any(String),
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      status_code: 200,
      totp_id: expect.stringMatching(/^totp-test-/),
      user: expect.objectContaining({ totps: [{ totp_id: body.totp_id, verified: false }] }),
      user_id,
    });
  });

  it('adds a factor to the session of the user', async () => {
    const { authenticate, totp_id } = await enroll();
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    const { body } = await authenticate({ session_token });

    expect(body).toMatchObject({ totp_id, session_token, user: { totps: [{ totp_id, verified: true }] } });
    expect(body.session.authentication_factors).toEqual([
      expect.objectContaining({ type: 'magic_link' }),
      {
        authenticator_app_factor: { totp_id },
        created_at: expect.any(String),
        delivery_method: 'authenticator_app',
        last_authenticated_at: expect.any(String),
        type: 'totp',
        updated_at: expect.any(String),
      },
    ]);
    expect(claimsOf(body.session_jwt)).toMatchObject({
      'https://stytch.com/session': {
        authentication_factors: [{}, { authenticator_app_factor: { totp_id }, type: 'totp' }],
      },
    });
  });

  it('starts a session of its duration', async () => {
    const { authenticate } = await enroll();
    const { body } = await authenticate({ session_duration_minutes: 60 });
    expect(emulator().sessions.list()).toEqual([body.session]);
  });

  it('accepts the codes of the previous and of the next 30 seconds, by the clock of the emulator', async () => {
    const { authenticate, code } = await enroll();
    emulator().clock.advance({ hours: 1 });
    const statuses = [];
    for (const steps of [-2, -1, 0, 1, 2])
      statuses.push((await authenticate({ totp_code: code(steps) })).status);
    expect(statuses).toEqual([401, 200, 200, 200, 401]);
  });

  it('accepts each code once', async () => {
    const { authenticate, code } = await enroll();
    const totp_code = code();
    await authenticate({ totp_code });
    const used = refusal(401, 'totp_code_already_authenticated');
    expect(await authenticate({ totp_code })).toEqual(used);
    expect(await authenticate({ totp_code: code(-1) })).toEqual(used);
  });

  it.each([
    ['letters', { totp_code: 'abcdef' }, 400, 'invalid_totp_code'],
    ['a recovery code', { totp_code: 'a1b2-c3d4-e5f6' }, 400, 'recovery_code_used_as_totp_code'],
    ['the code of an unknown user', { user_id: 'user-test-unknown' }, 404, 'user_not_found'],
  ])('refuses %s', async (_, request, status, errorType) => {
    const { authenticate } = await enroll();
    expect(await authenticate(request)).toEqual(refusal(status, errorType));
  });

  it('refuses a user without one', async () => {
    const user_id = await createUser();
    const missing = refusal(404, 'totps_not_found_for_user');
    expect(await post('totps/authenticate', { user_id, totp_code: '123456' })).toEqual(missing);
    expect(await post('totps/recover', { user_id, recovery_code: 'a1b2-c3d4-e5f6' })).toEqual(missing);
    expect(await post('totps/recovery_codes', { user_id })).toEqual(missing);
  });

  it('must be verified before it expires, and can be created again', async () => {
    const { authenticate, user_id, totp_id } = await enroll();
    emulator().clock.advance({ hours: 24 });
    expect(await authenticate()).toEqual(refusal(401, 'expired_totp'));

    const { body } = await post('totps', { user_id, expiration_minutes: 5 });
    expect(body.user.totps).toEqual([{ totp_id: expect.not.stringMatching(totp_id), verified: false }]);
    expect(await post('totps', { user_id, expiration_minutes: 4 })).toEqual(
      refusal(400, 'invalid_expiration'),
    );
  });

  it('does not expire once it is verified, and is not replaced', async () => {
    const { authenticate, user_id } = await enroll();
    await authenticate();
    emulator().clock.advance({ hours: 24 * 365 });
    expect((await authenticate()).status).toBe(200);
    expect(await post('totps', { user_id })).toEqual(refusal(400, 'active_totp_exists'));
  });

  it('locks the user after ten wrong codes', async () => {
    const { authenticate, code } = await enroll();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await authenticate({ totp_code: code(5) })).toEqual(refusal(401, 'unable_to_authenticate_totp'));
    }
    expect(await authenticate()).toEqual(refusal(429, 'user_lock_limit_reached'));
  });

  it('is replaced by a recovery code, which is used up', async () => {
    const { recover, user_id, recovery_codes, totp_id } = await enroll();
    const [code, ...others] = recovery_codes;
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    const { body } = await post('totps/recover', { user_id, recovery_code: code, session_token });

    expect(body.totp_id).toBe(totp_id);
    expect(body.session.authentication_factors[1]).toMatchObject({
      delivery_method: 'recovery_code',
      recovery_code_factor: { totp_recovery_code_id: expect.stringMatching(/^totp-recovery-code-test-/) },
      type: 'recovery_codes',
    });
    expect((await post('totps/recovery_codes', { user_id })).body).toEqual({
      request_id: expect.any(String),
      status_code: 200,
      totps: [{ recovery_codes: others, totp_id, verified: false }],
      user_id,
    });
    expect(await recover(code)).toEqual(refusal(401, 'unable_to_authenticate_recovery_code'));
    expect(await recover('123456')).toEqual(refusal(400, 'totp_code_used_as_recovery_code'));
    expect(await recover('x')).toEqual(refusal(400, 'invalid_recovery_code'));
  });

  it('can be searched for, as can passwords', async () => {
    const { totp_id, user_id } = await enroll();
    await post('passwords', { email: 'grace@example.com', password: 'a long and unusual sentence' });
    const found = async (filter_name: string, filter_value: unknown) => {
      const { body } = await post('users/search', {
        query: { operator: 'AND', operands: [{ filter_name, filter_value }] },
      });
      return body.results.map((user) => user.user_id === user_id);
    };
    expect(await found('totp_id', [totp_id])).toEqual([true]);
    expect(await found('totp_verified', false)).toEqual([true]);
    expect(await found('totp_verified', true)).toEqual([]);
    expect(await found('password_exists', false)).toEqual([true]);
    expect(await found('password_exists', true)).toEqual([false]);
  });

  it('can be deleted', async () => {
    const { totp_id, user_id } = await enroll();
    const { body } = await call(emulator(), `DELETE /v1/users/totps/${totp_id}`, {});

    expect(body.user.totps).toEqual([]);
    expect((await post('totps', { user_id })).status).toBe(200);
    expect(await call(emulator(), `DELETE /v1/users/totps/${totp_id}`, {})).toEqual(
      refusal(404, 'totp_not_found'),
    );
    expect(await call(emulator(), 'DELETE /v1/users/totps/x', {})).toEqual(refusal(400, 'invalid_totp_id'));
  });

  it('has sandbox values', async () => {
    const sandbox = { user_id: sandboxUserId, session_duration_minutes: 60 };
    const { body } = await post('totps/authenticate', { ...sandbox, totp_code: '000000' });
    const recovered = await post('totps/recover', { ...sandbox, recovery_code: 'a1b2-c3d4-e5f6' });

    expect(body.session.session_id).toBe('session-test-eb94233f-8800-4ebd-8645-51dc15f9d028');
    expect(recovered.status).toBe(200);
    expect((await post('totps', sandbox)).body.user.totps).toHaveLength(1);
    expect((await post('totps/recovery_codes', sandbox)).body.totps[0]!.recovery_codes).toEqual([
      'a1b2-c3d4-e5f6',
    ]);
    expect(await post('totps/authenticate', { ...sandbox, totp_code: '000001' })).toEqual(
      refusal(401, 'unable_to_authenticate_totp'),
    );
  });
});
