import { call, emulatorUnderTest, refusal } from './emulator.js';

describe('Stytch’s sandbox values', () => {
  const emulator = emulatorUnderTest();
  const userId = 'user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd';
  const emailId = 'email-test-23873e89-d4ed-4e92-b3b9-e5c7198fa286';
  const phoneId = 'phone-number-test-98cfbe19-6c8f-4b8b-b62a-e78a5a7bdff3';
  const sessionId = 'session-test-eb94233f-8800-4ebd-8645-51dc15f9d028';
  const sessionToken = 'WJtR5BCy38Szd5AfoDpf0iqFKEt4EE5JhjlWUY7l3FtY';
  const magicLink = (token: string, extra: object = {}) =>
    call(emulator(), 'POST /v1/magic_links/authenticate', { token, ...extra });

  it('treat the sandbox address as an existing user', async () => {
    const { body: received } = await call(emulator(), 'POST /v1/magic_links/email/login_or_create', {
      email: 'sandbox@stytch.com',
    });
    expect(received).toEqual({
      email_id: emailId,
      request_id: expect.any(String),
      status_code: 200,
      user_created: false,
      user_id: userId,
    });
    expect(emulator().messages.list()).toEqual([]);
  });

  it('accept the sandbox address for a new user and an invitation, without a change', async () => {
    const created = await call(emulator(), 'POST /v1/users', { email: 'sandbox@stytch.com' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ user_id: userId, email_id: emailId, user: { user_id: userId } });
    const invited = await call(emulator(), 'POST /v1/magic_links/email/invite', {
      email: 'sandbox@stytch.com',
    });
    expect(invited.status).toBe(200);
    expect(invited.body).toMatchObject({ user_id: userId, email_id: emailId });

    expect(emulator().messages.list()).toEqual([]);
    expect((await call(emulator(), 'POST /v1/users/search', {})).body.results).toEqual([]);
  });

  it('exchange the success token repeatedly', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { body: received } = await magicLink('DOYoip3rvIMMW5lgItikFK-Ak1CfMsgjuiCyI7uuU94=', {
        session_duration_minutes: 60,
      });
      expect(received).toMatchObject({
        method_id: emailId,
        session: { session_id: sessionId, started_at: '2021-08-28T00:41:58.935673Z' },
        session_token: sessionToken,
        user_id: userId,
      });
    }
  });

  it('refuse the used token and the unknown token', async () => {
    expect(await magicLink('3pzjQpgksDlGKWEwUq2Up--hCHC_0oamfLHyfspKDFU=')).toEqual(
      refusal(401, 'unable_to_auth_magic_link'),
    );
    expect(await magicLink('CprTtwhnRNiMBiUS2jSLcWYrfuO2POeBNdo5HhW6qTM=')).toEqual(
      refusal(404, 'magic_link_not_found'),
    );
  });

  it('are refused with the messages that Stytch documents', async () => {
    const used = await magicLink('3pzjQpgksDlGKWEwUq2Up--hCHC_0oamfLHyfspKDFU=');
    expect(used.body.error_message).toBe(
      'The magic link could not be authenticated because it was either already used or expired. Send another magic link to this user.',
    );
    const unknown = await magicLink('CprTtwhnRNiMBiUS2jSLcWYrfuO2POeBNdo5HhW6qTM=');
    expect(unknown.body.error_message).toBe(
      'The magic link could not be authenticated, try sending another magic link to the user.',
    );
  });

  it('authenticate the sandbox session by token and by JWT, and refuse the invalid session token', async () => {
    const authenticate = (body: object) => call(emulator(), 'POST /v1/sessions/authenticate', body);

    const { body: received } = await authenticate({ session_token: sessionToken });
    expect(received).toMatchObject({ session: { session_id: sessionId }, user: { user_id: userId } });
    const again = await authenticate({ session_jwt: received.session_jwt });
    expect(again.body.session.session_id).toBe(sessionId);

    expect(await authenticate({ session_token: '59cnLELtq5cFVS6uYK9f-pAWzBkhqZl8AvLhbhOvKNWw' })).toEqual(
      refusal(404, 'session_not_found'),
    );
  });

  it('treat the sandbox phone number as one of an existing user, with a fixed code', async () => {
    const send = (channel: string) =>
      call(emulator(), `POST /v1/otps/${channel}/send`, { phone_number: '+10000000000' });
    for (const channel of ['sms', 'whatsapp']) {
      expect(await send(channel)).toMatchObject({
        status: 200,
        body: { user_id: userId, phone_id: phoneId },
      });
    }
    const created = await call(emulator(), 'POST /v1/users', { phone_number: '+10000000000' });
    expect(created).toMatchObject({ status: 201, body: { user_id: userId, phone_id: phoneId } });

    expect(emulator().messages.list()).toEqual([]);
    expect((await call(emulator(), 'POST /v1/users/search', {})).body.results).toEqual([]);
  });

  it.each([
    ['email', emailId],
    ['phone number', phoneId],
  ])('exchange the sandbox code of the %s repeatedly', async (_method, method_id) => {
    const authenticate = (body: object) => call(emulator(), 'POST /v1/otps/authenticate', body);
    for (let time = 0; time < 2; time += 1) {
      expect(await authenticate({ method_id, code: '000000', session_duration_minutes: 60 })).toMatchObject({
        status: 200,
        body: { method_id, user_id: userId, session: { session_id: sessionId } },
      });
    }
    expect(await authenticate({ method_id, code: '000001' })).toEqual(refusal(404, 'otp_code_not_found'));
  });

  it('do not allow the session to be revoked or the user to be deleted', async () => {
    expect(await call(emulator(), 'POST /v1/sessions/revoke', { session_token: sessionToken })).toEqual(
      refusal(404, 'session_not_found'),
    );
    await call(emulator(), `DELETE /v1/users/${userId}`, {});
    expect((await call(emulator(), `GET /v1/users/${userId}`)).body.user_id).toBe(userId);
  });

  it('authenticate the sandbox wallet, and no other one', async () => {
    const wallet = {
      crypto_wallet_type: 'ethereum',
      crypto_wallet_address: '0x6df2dB4Fb3DA35d241901Bd53367770BF03123f1',
    };
    const signature = '0x0c4f82edc3c818b6beff4b89e0682994e5878074609903cecdfb';
    const started = await call(emulator(), 'POST /v1/crypto_wallets/authenticate/start', wallet);
    const authenticate = (body: object) =>
      call(emulator(), 'POST /v1/crypto_wallets/authenticate', { ...wallet, signature, ...body });

    expect(started.body).toEqual({
      challenge: expect.any(String),
      request_id: expect.any(String),
      status_code: 200,
      user_created: false,
      user_id: userId,
    });
    const { body } = await authenticate({ session_duration_minutes: 60 });
    expect(body).toMatchObject({ session: { session_id: sessionId }, user_id: userId });
    expect(await authenticate({ signature: '0x00' })).toEqual(
      refusal(401, 'unable_to_authenticate_crypto_wallet'),
    );
    expect(await authenticate({ crypto_wallet_address: `0x${'1'.repeat(40)}` })).toEqual(
      refusal(501, 'emulator_not_implemented'),
    );
    expect(await authenticate({ crypto_wallet_address: 'x' })).toEqual(
      refusal(400, 'invalid_crypto_wallet_address'),
    );
    expect(await authenticate({ crypto_wallet_type: 'x' })).toEqual(refusal(400, 'bad_request'));
  });
});
