import { call, emulatorUnderTest, refusal, sentCode } from './emulator.js';

const ada = { email: 'ada@example.com' };
const phoneNumber = '+12025550123';

describe('one-time passcodes', () => {
  const emulator = emulatorUnderTest();
  const post = (operation: string, body: object) => call(emulator(), `POST /v1/otps/${operation}`, body);
  const authenticate = (body: object) => post('authenticate', body);
  const uuid = '[0-9a-f-]{36}';

  it.each([
    ['email', { email: 'ada@example.com' }, 'email_id', 'email', 'Confirm your email address'],
    ['sms', { phone_number: phoneNumber }, 'phone_id', 'phone-number', null],
    ['whatsapp', { phone_number: phoneNumber }, 'phone_id', 'phone-number', null],
  ])('sign up by %s and sign in again', async (channel, recipient, idField, idType, subject) => {
    const first = await post(`${channel}/login_or_create`, recipient);
    expect(first).toEqual({
      status: 200,
      body: {
        [idField]: expect.stringMatching(new RegExp(`^${idType}-test-${uuid}$`)),
        request_id: expect.any(String),
        status_code: 200,
        user_created: true,
        user_id: expect.stringMatching(/^user-test-/),
      },
    });
    const method_id = first.body[idField as 'email_id' | 'phone_id'];
    const [to] = Object.values(recipient);
    const { code, ...message } = emulator().messages.latest({ kind: 'code' })!;
    expect(message).toEqual({
      channel,
      createdAt: expect.any(String),
      id: expect.any(String),
      kind: 'code',
      link: null,
      subject,
      to,
      token: null,
      type: 'otp_signup',
    });
    expect(code).toMatch(/^\d{6}$/);

    const { status, body } = await authenticate({ method_id, code, session_duration_minutes: 60 });

    const details =
      channel === 'email'
        ? { email_factor: { email_id: method_id, email_address: to } }
        : { phone_number_factor: { phone_id: method_id, phone_number: to } };
    expect(status).toBe(200);
    expect(body).toMatchObject({ method_id, reset_sessions: false, user_id: first.body.user_id });
    expect(body.session.authentication_factors).toEqual([
      {
        type: 'otp',
        delivery_method: channel,
        created_at: expect.any(String),
        last_authenticated_at: expect.any(String),
        updated_at: expect.any(String),
        ...details,
      },
    ]);
    expect([...body.user.emails, ...body.user.phone_numbers]).toMatchObject([{ verified: true }]);

    const second = await post(`${channel}/login_or_create`, recipient);
    expect(second.body).toMatchObject({ user_created: false, user_id: first.body.user_id });
    expect(emulator().messages.latest()!.type).toBe('otp_login');
  });

  it('create pending users, who become active on authentication', async () => {
    const passcode = await sentCode(emulator(), 'sms', phoneNumber, { create_user_as_pending: true });
    const { body } = await call(emulator(), 'POST /v1/users/search', {});
    expect(body.results).toMatchObject([{ status: 'pending', phone_numbers: [{ verified: false }] }]);

    const { body: received } = await authenticate(passcode);

    expect(received).toMatchObject({ user: { status: 'active' }, session: null, session_token: '' });
  });

  it('are used once, and replaced by a newer code of the same address or number', async () => {
    const first = await sentCode(emulator(), 'sms', phoneNumber);
    const second = await sentCode(emulator(), 'whatsapp', phoneNumber);
    expect(second.method_id).toBe(first.method_id);

    expect(await authenticate(first)).toEqual(refusal(404, 'otp_code_not_found'));
    expect((await authenticate(second)).status).toBe(200);
    expect(await authenticate(second)).toEqual(refusal(401, 'unable_to_auth_otp_code'));
  });

  it.each([
    ['two minutes', {}, { minutes: 2 }, true],
    ['not before two minutes', {}, { minutes: 1, seconds: 50 }, false],
    ['the requested minutes', { expiration_minutes: 10 }, { minutes: 10 }, true],
    ['not before the requested minutes', { expiration_minutes: 10 }, { minutes: 9, seconds: 50 }, false],
  ])('expire after %s', async (_case, extra, later, expired) => {
    const passcode = await sentCode(emulator(), 'sms', phoneNumber, extra);

    emulator().clock.advance(later);

    expect(await authenticate(passcode)).toEqual(
      expired ? refusal(401, 'unable_to_auth_otp_code') : { status: 200, body: expect.anything() },
    );
  });

  it('are unknown a day after they expired', async () => {
    const passcode = await sentCode(emulator(), 'sms', phoneNumber);
    emulator().clock.advance({ hours: 24, minutes: 3 });
    expect(await authenticate(passcode)).toEqual(refusal(404, 'otp_code_not_found'));
  });

  it('are refused after their user, address or number was deleted', async () => {
    const passcode = await sentCode(emulator(), 'sms', phoneNumber);
    const { body } = await call(emulator(), 'POST /v1/users/search', {});
    const { user_id } = body.results[0]!;
    await post('email/send', { ...ada, user_id });
    await call(emulator(), `DELETE /v1/users/phone_numbers/${passcode.method_id}`, {});
    expect(await authenticate(passcode)).toEqual(refusal(401, 'unable_to_auth_otp_code'));

    const another = await sentCode(emulator(), 'sms', phoneNumber);
    const { body: found } = await call(emulator(), 'POST /v1/users/search', {});
    await call(emulator(), `DELETE /v1/users/${found.results.at(-1)!.user_id}`, {});
    expect(await authenticate(another)).toEqual(refusal(401, 'unable_to_auth_otp_code'));
  });

  it('are sent only to existing users by send', async () => {
    expect(await post('email/send', ada)).toEqual(refusal(404, 'email_not_found'));
    expect(await post('sms/send', { phone_number: phoneNumber })).toEqual(
      refusal(404, 'phone_number_not_found'),
    );
    expect(emulator().messages.list()).toEqual([]);

    const { body: user } = await call(emulator(), 'POST /v1/users', { phone_number: phoneNumber });
    expect((await post('whatsapp/send', { phone_number: phoneNumber })).body).toEqual({
      phone_id: user.phone_id,
      request_id: expect.any(String),
      status_code: 200,
      user_id: user.user_id,
    });
  });

  it('add a phone number to a user and a factor to the session', async () => {
    const { session_token, session_id, user_id } = await emulator().sessions.create(ada);
    const { body: sent } = await post('sms/send', { phone_number: phoneNumber, session_token });
    expect(sent.user_id).toBe(user_id);
    const { code } = emulator().messages.latest({ kind: 'code', to: phoneNumber })!;

    const { body } = await authenticate({ method_id: sent.phone_id, code, session_token });

    expect(body).toMatchObject({
      reset_sessions: false,
      session: { session_id },
      session_token,
      user: { phone_numbers: [{ phone_number: phoneNumber, verified: true }] },
    });
    const renewed = await sentCode(emulator(), 'sms', phoneNumber);
    const { body: again } = await authenticate({ ...renewed, session_token });
    expect(again.session.authentication_factors.map(({ type }) => type)).toEqual(['magic_link', 'otp']);
    emulator().clock.advance({ minutes: 5 });
    expect((await call(emulator(), `GET /v1/users/${user_id}`)).body).toMatchObject({
      phone_numbers: [{ verified: true }],
    });
  });

  it('remove an added phone number that is not verified within five minutes', async () => {
    const { user_id } = await emulator().sessions.create(ada);
    await post('sms/send', { phone_number: phoneNumber, user_id, expiration_minutes: 10 });

    emulator().clock.advance({ minutes: 5 });

    expect((await call(emulator(), `GET /v1/users/${user_id}`)).body).toMatchObject({ phone_numbers: [] });
    expect((await post('sms/login_or_create', { phone_number: phoneNumber })).body.user_created).toBe(true);
  });

  it('refuse to add the phone number of another user, and the session of another user', async () => {
    const passcode = await sentCode(emulator(), 'sms', phoneNumber);
    const { session_token } = await emulator().sessions.create(ada);

    expect(await post('sms/send', { phone_number: phoneNumber, session_token })).toEqual(
      refusal(400, 'duplicate_phone_number'),
    );
    expect(await authenticate({ ...passcode, session_token })).toEqual(refusal(400, 'user_id_mismatch'));
    expect((await authenticate(passcode)).status).toBe(200);
  });

  it('revoke earlier sessions with the first verified phone number', async () => {
    const { body: user } = await call(emulator(), 'POST /v1/users', { phone_number: phoneNumber });
    const { body: link } = await call(emulator(), 'POST /v1/magic_links', { user_id: user.user_id });
    await call(emulator(), 'POST /v1/magic_links/authenticate', {
      token: link.token,
      session_duration_minutes: 60,
    });
    const passcode = await sentCode(emulator(), 'sms', phoneNumber);

    const { body } = await authenticate({ ...passcode, session_duration_minutes: 60 });

    expect(body.reset_sessions).toBe(true);
    expect(emulator().sessions.list()).toEqual([body.session]);
  });

  it('require matching attributes if the options say so', async () => {
    const attributes = { ip_address: '203.0.113.7', user_agent: 'Browser/1' };
    const options = { ip_match_required: true, user_agent_match_required: false };
    const passcode = await sentCode(emulator(), 'sms', phoneNumber, { attributes });

    expect(await authenticate({ ...passcode, options, attributes: { ip_address: '203.0.113.8' } })).toEqual(
      refusal(401, 'attribute_mismatch'),
    );
    expect((await authenticate({ ...passcode, options, attributes })).status).toBe(200);
  });

  it.each([
    ['email', { email: 'ada' }, 'invalid_email'],
    ['email', { ...ada, locale: 'ja' }, 'invalid_locale'],
    ['email', { ...ada, expiration_minutes: 0 }, 'invalid_expiration_otp'],
    ['sms', {}, 'invalid_phone_number'],
    ['sms', { phone_number: '2025550123' }, 'invalid_phone_number'],
    ['sms', { phone_number: phoneNumber, locale: 'jp' }, 'invalid_locale'],
    ['sms', { phone_number: phoneNumber, expiration_minutes: 11 }, 'invalid_expiration_otp'],
    ['whatsapp', { phone_number: '+1 202 555 0123' }, 'invalid_phone_number'],
    ['whatsapp', { phone_number: phoneNumber, create_user_as_pending: 'yes' }, 'bad_request'],
  ])('are not sent by %s with %j', async (channel, body, errorType) => {
    expect(await post(`${channel}/login_or_create`, body)).toEqual(refusal(400, errorType));
    expect(emulator().messages.list()).toEqual([]);
    expect((await call(emulator(), 'POST /v1/users/search', {})).body.results).toEqual([]);
  });

  it('are sent by SMS in more languages than by email', async () => {
    expect((await post('sms/login_or_create', { phone_number: phoneNumber, locale: 'ja' })).status).toBe(200);
  });

  it.each([
    ['no method id', { method_id: undefined }, 400, 'invalid_method_id'],
    ['the id of a user as method id', { method_id: 'user-test-1' }, 400, 'invalid_method_id'],
    ['an unknown method id', { method_id: 'email-test-1' }, 404, 'otp_code_not_found'],
    ['no code', { code: undefined }, 400, 'invalid_code'],
    ['a code of five digits', { code: '12345' }, 400, 'invalid_code'],
    ['a session that is too short', { session_duration_minutes: 4 }, 400, 'invalid_session_duration_minutes'],
    ['an unknown session', { session_token: 'x'.repeat(44) }, 404, 'session_not_found'],
  ])('are refused with %s and stay usable', async (_case, fields, status, errorType) => {
    const passcode = await sentCode(emulator(), 'email', ada.email);

    expect(await authenticate({ ...passcode, ...fields })).toEqual(refusal(status, errorType));

    expect((await authenticate(passcode)).status).toBe(200);
  });

  it('lock the user for an hour after ten wrong codes in a row', async () => {
    const passcode = await sentCode(emulator(), 'sms', phoneNumber);
    const wrong = passcode.code === '000000' ? '000001' : '000000';
    for (let guess = 1; guess <= 10; guess += 1) {
      expect(await authenticate({ ...passcode, code: wrong })).toEqual(refusal(404, 'otp_code_not_found'));
    }

    const newer = await sentCode(emulator(), 'sms', phoneNumber);
    expect(await authenticate(newer)).toEqual(refusal(429, 'user_lock_limit_reached'));

    emulator().clock.advance({ hours: 1 });
    expect((await authenticate(await sentCode(emulator(), 'sms', phoneNumber))).status).toBe(200);
  });

  it('are received with their kind as a type', async () => {
    const waiting = emulator().messages.wait({ to: phoneNumber, kind: 'code' });
    const { code } = await sentCode(emulator(), 'sms', phoneNumber);
    const received: string = (await waiting).code;
    expect(received).toBe(code);
  });
});
