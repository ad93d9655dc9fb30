import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call } from '../emulator.js';
import { createOrganization, latestCode } from './sign-in-flow.js';

const ada = { organization_id: 'acme', email_address: 'ada@acme.example' };

describe('codes by email for members', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());
  const loginOrSignup = (body: object) => call(emulator(), 'POST /v1/b2b/otps/email/login_or_signup', body);
  const authenticate = (body: object) => call(emulator(), 'POST /v1/b2b/otps/email/authenticate', body);
  const newestCode = () => latestCode(emulator(), ada.email_address);
  const wrongCode = () => (newestCode() === '123456' ? '654321' : '123456');

  beforeEach(() => createOrganization(emulator(), ada.email_address, { organization_name: 'Acme' }));

  it('sign a member in', async () => {
    const sent = await client().otps.email.loginOrSignup(ada);
    expect(sent).toMatchObject({ member_created: false, member: { email_address: ada.email_address } });
    expect(emulator().messages.latest()).toMatchObject({
      type: 'otp_login',
      subject: 'Your code for Acme',
      organization: { name: 'Acme', slug: 'acme' },
    });

    const signedIn = await client().otps.email.authenticate({ ...ada, code: newestCode() });
    expect(signedIn).toMatchObject({
      member_authenticated: true,
      method_id: expect.stringMatching(/^email-test-/),
      member_session: {
        authentication_factors: [
          {
            type: 'email_otp',
            delivery_method: 'email',
            email_factor: { email_id: signedIn.method_id, email_address: ada.email_address },
          },
        ],
      },
    });
    expect(await authenticate({ ...ada, code: newestCode() })).toEqual(
      b2bRefusal(401, 'unable_to_auth_otp_code'),
    );
  });

  it('expire after ten minutes, and are replaced by newer ones of any organization', async () => {
    await createOrganization(emulator(), ada.email_address, { organization_name: 'Globex' });
    await loginOrSignup(ada);
    const replaced = newestCode();
    await loginOrSignup({ ...ada, organization_id: 'globex' });
    expect(await authenticate({ ...ada, code: replaced })).toEqual(b2bRefusal(404, 'otp_code_not_found'));
    expect(await authenticate({ ...ada, code: newestCode() })).toEqual(b2bRefusal(404, 'otp_code_not_found'));

    emulator().clock.advance({ minutes: 10 });
    expect(await authenticate({ ...ada, organization_id: 'globex', code: newestCode() })).toEqual(
      b2bRefusal(401, 'unable_to_auth_otp_code'),
    );
  });

  it('lock the member after ten wrong ones', async () => {
    await loginOrSignup(ada);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await authenticate({ ...ada, code: wrongCode() })).toEqual(
        b2bRefusal(404, 'otp_code_not_found'),
      );
    }
    expect(await authenticate({ ...ada, code: newestCode() })).toEqual(
      b2bRefusal(429, 'user_lock_limit_reached'),
    );
  });

  it('do not tell who is a member', async () => {
    expect(await authenticate({ ...ada, email_address: 'bob@acme.example', code: '123456' })).toEqual(
      b2bRefusal(404, 'otp_code_not_found'),
    );
  });

  it('start discovery', async () => {
    const { email_address } = ada;
    await client().otps.email.discovery.send({ email_address });
    expect(emulator().messages.latest()).toMatchObject({ type: 'otp_discovery', organization: null });

    expect(await authenticate({ ...ada, code: newestCode() })).toEqual(b2bRefusal(404, 'otp_code_not_found'));
    const discovered = await client().otps.email.discovery.authenticate({
      email_address,
      code: newestCode(),
    });
    expect(discovered).toMatchObject({
      email_address,
      discovered_organizations: [
        {
          member_authenticated: true,
          membership: { type: 'active_member' },
          organization: { organization_slug: 'acme' },
        },
      ],
    });
    expect(
      await call(emulator(), 'POST /v1/b2b/otps/email/discovery/authenticate', {
        email_address,
        code: newestCode(),
      }),
    ).toEqual(b2bRefusal(401, 'unable_to_auth_otp_code'));
  });

  it('leave second factors by SMS to later: they respond 501', async () => {
    expect(await call(emulator(), 'POST /v1/b2b/otps/sms/send', ada)).toMatchObject({
      status: 501,
      body: { error_type: 'emulator_not_implemented' },
    });
  });
});
