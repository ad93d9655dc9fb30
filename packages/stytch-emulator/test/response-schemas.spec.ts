import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type MessageChannel, type StytchEmulator } from 'stytch-emulator';
import { codeOfStep, stepAt } from '../src/resources/consumer/totps/totp-code.js';
import { productOf } from '../src/wire/product-of-operation.js';
import { stytchOperations } from '../src/wire/stytch-operations.js';
import { oauthToken } from './oauth-flow.js';
import { call, emulatorUnderTest, mailedToken, sentCode, servedOperations } from './emulator.js';

const servedConsumerOperations = servedOperations.filter((operation) => !operation.includes(' /v1/b2b/'));

async function confidentialApp(emulator: StytchEmulator): Promise<string> {
  const { body } = await call(emulator, 'POST /v1/connected_apps/clients', { client_type: 'third_party' });
  return body.connected_app.client_id;
}

function otpCalls(channel: MessageChannel, recipient: object): typeof successfulCalls {
  const loginOrCreate = `POST /v1/otps/${channel}/login_or_create`;
  const send = `POST /v1/otps/${channel}/send`;
  return {
    [loginOrCreate]: (emulator) => call(emulator, loginOrCreate, recipient),
    [send]: async (emulator) => {
      await call(emulator, 'POST /v1/users', recipient);
      return call(emulator, send, recipient);
    },
  };
}

const strongPassword = 'a long and unusual sentence';

const createUserWithPassword = (emulator: StytchEmulator) =>
  call(emulator, 'POST /v1/passwords', {
    email: 'ada@example.com',
    password: strongPassword,
    session_duration_minutes: 60,
  });

async function enrollTotp(emulator: StytchEmulator) {
  const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
  return (await call(emulator, 'POST /v1/totps', { user_id })).body;
}

const sandboxWallet = {
  crypto_wallet_type: 'ethereum',
  crypto_wallet_address: '0x6df2dB4Fb3DA35d241901Bd53367770BF03123f1',
};

/** A successful call of every operation that the emulator serves. */
const successfulCalls: Record<string, (emulator: StytchEmulator) => Promise<{ status: number }>> = {
  'POST /v1/magic_links': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, 'POST /v1/magic_links', { user_id });
  },
  'POST /v1/magic_links/authenticate': async (emulator) =>
    call(emulator, 'POST /v1/magic_links/authenticate', {
      token: await mailedToken(emulator, 'ada@example.com'),
      session_duration_minutes: 60,
      session_custom_claims: { tenant: 't1' },
    }),
  'POST /v1/magic_links/email/invite': (emulator) =>
    call(emulator, 'POST /v1/magic_links/email/invite', { email: 'ada@example.com' }),
  'POST /v1/magic_links/email/revoke_invite': async (emulator) => {
    await call(emulator, 'POST /v1/magic_links/email/invite', { email: 'ada@example.com' });
    return call(emulator, 'POST /v1/magic_links/email/revoke_invite', { email: 'ada@example.com' });
  },
  'POST /v1/magic_links/email/login_or_create': (emulator) =>
    call(emulator, 'POST /v1/magic_links/email/login_or_create', { email: 'ada@example.com' }),
  'POST /v1/magic_links/email/send': async (emulator) => {
    await call(emulator, 'POST /v1/users', { email: 'ada@example.com' });
    return call(emulator, 'POST /v1/magic_links/email/send', { email: 'ada@example.com' });
  },
  'POST /v1/oauth/attach': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, 'POST /v1/oauth/attach', { provider: 'google', user_id });
  },
  'POST /v1/oauth/authenticate': async (emulator) =>
    call(emulator, 'POST /v1/oauth/authenticate', {
      token: await oauthToken(emulator, 'ada@example.com'),
      session_duration_minutes: 60,
    }),
  'DELETE /v1/users/oauth/{oauth_user_registration_id}': async (emulator) => {
    const token = await oauthToken(emulator, 'ada@example.com');
    const { body: received } = await call(emulator, 'POST /v1/oauth/authenticate', { token });
    return call(emulator, `DELETE /v1/users/oauth/${received.oauth_user_registration_id}`, {});
  },
  'POST /v1/passwords': createUserWithPassword,
  'POST /v1/passwords/authenticate': async (emulator) => {
    await createUserWithPassword(emulator);
    return call(emulator, 'POST /v1/passwords/authenticate', {
      email: 'ada@example.com',
      password: strongPassword,
      session_duration_minutes: 60,
    });
  },
  'POST /v1/passwords/strength_check': (emulator) =>
    call(emulator, 'POST /v1/passwords/strength_check', { password: 'ada' }),
  'POST /v1/passwords/email/reset/start': async (emulator) => {
    await createUserWithPassword(emulator);
    return call(emulator, 'POST /v1/passwords/email/reset/start', { email: 'ada@example.com' });
  },
  'POST /v1/passwords/email/reset': async (emulator) => {
    await createUserWithPassword(emulator);
    await call(emulator, 'POST /v1/passwords/email/reset/start', { email: 'ada@example.com' });
    return call(emulator, 'POST /v1/passwords/email/reset', {
      token: emulator.messages.latest({ kind: 'link' })!.token,
      password: strongPassword,
      session_duration_minutes: 60,
    });
  },
  'POST /v1/passwords/existing_password/reset': async (emulator) => {
    await createUserWithPassword(emulator);
    return call(emulator, 'POST /v1/passwords/existing_password/reset', {
      email: 'ada@example.com',
      existing_password: strongPassword,
      new_password: `another ${strongPassword}`,
      session_duration_minutes: 60,
    });
  },
  'POST /v1/passwords/session/reset': async (emulator) => {
    const { session_token } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, 'POST /v1/passwords/session/reset', { session_token, password: strongPassword });
  },
  'POST /v1/passwords/migrate': (emulator) =>
    call(emulator, 'POST /v1/passwords/migrate', {
      email: 'ada@example.com',
      hash: '5f4dcc3b5aa765d61d8327deb882cf99',
      hash_type: 'md_5',
    }),
  'POST /v1/impersonation/authenticate': async (emulator) => {
    const { token } = await emulator.users.impersonate({ email: 'ada@example.com' });
    return call(emulator, 'POST /v1/impersonation/authenticate', { impersonation_token: token });
  },
  'POST /v1/crypto_wallets/authenticate/start': (emulator) =>
    call(emulator, 'POST /v1/crypto_wallets/authenticate/start', sandboxWallet),
  'POST /v1/crypto_wallets/authenticate': (emulator) =>
    call(emulator, 'POST /v1/crypto_wallets/authenticate', {
      ...sandboxWallet,
      signature: '0x0c4f82edc3c818b6beff4b89e0682994e5878074609903cecdfb',
      session_duration_minutes: 60,
    }),
  'POST /v1/totps': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, 'POST /v1/totps', { user_id });
  },
  'POST /v1/totps/authenticate': async (emulator) => {
    const { user_id, secret } = await enrollTotp(emulator);
    const totp_code = codeOfStep(secret, stepAt(Math.floor(emulator.clock.nowMs() / 1000)));
    return call(emulator, 'POST /v1/totps/authenticate', {
      user_id,
      totp_code,
      session_duration_minutes: 60,
    });
  },
  'POST /v1/totps/recovery_codes': async (emulator) => {
    const { user_id } = await enrollTotp(emulator);
    return call(emulator, 'POST /v1/totps/recovery_codes', { user_id });
  },
  'POST /v1/totps/recover': async (emulator) => {
    const { user_id, recovery_codes } = await enrollTotp(emulator);
    return call(emulator, 'POST /v1/totps/recover', {
      user_id,
      recovery_code: recovery_codes[0],
      session_duration_minutes: 60,
    });
  },
  'DELETE /v1/users/totps/{totp_id}': async (emulator) => {
    const { totp_id } = await enrollTotp(emulator);
    return call(emulator, `DELETE /v1/users/totps/${totp_id}`, {});
  },
  'DELETE /v1/users/passwords/{password_id}': async (emulator) => {
    const { body: created } = await createUserWithPassword(emulator);
    return call(emulator, `DELETE /v1/users/passwords/${created.user.password!.password_id}`, {});
  },
  'POST /v1/otps/authenticate': async (emulator) =>
    call(emulator, 'POST /v1/otps/authenticate', {
      ...(await sentCode(emulator, 'sms', '+12025550123')),
      session_duration_minutes: 60,
    }),
  ...otpCalls('email', { email: 'ada@example.com' }),
  ...otpCalls('sms', { phone_number: '+12025550123' }),
  ...otpCalls('whatsapp', { phone_number: '+12025550123' }),
  'POST /v1/connected_apps/clients': (emulator) =>
    call(emulator, 'POST /v1/connected_apps/clients', { client_type: 'first_party_public' }),
  'GET /v1/connected_apps/clients/{client_id}': async (emulator) => {
    const clientId = await confidentialApp(emulator);
    return call(emulator, `GET /v1/connected_apps/clients/${clientId}`);
  },
  'PUT /v1/connected_apps/clients/{client_id}': async (emulator) => {
    const clientId = await confidentialApp(emulator);
    return call(emulator, `PUT /v1/connected_apps/clients/${clientId}`, { client_name: 'Partner' });
  },
  'DELETE /v1/connected_apps/clients/{client_id}': async (emulator) => {
    const clientId = await confidentialApp(emulator);
    return call(emulator, `DELETE /v1/connected_apps/clients/${clientId}`, {});
  },
  'POST /v1/connected_apps/clients/search': async (emulator) => {
    await confidentialApp(emulator);
    return call(emulator, 'POST /v1/connected_apps/clients/search', {});
  },
  'POST /v1/connected_apps/clients/{client_id}/secrets/rotate/start': async (emulator) => {
    const clientId = await confidentialApp(emulator);
    return call(emulator, `POST /v1/connected_apps/clients/${clientId}/secrets/rotate/start`, {});
  },
  'POST /v1/connected_apps/clients/{client_id}/secrets/rotate/cancel': async (emulator) => {
    const clientId = await confidentialApp(emulator);
    await call(emulator, `POST /v1/connected_apps/clients/${clientId}/secrets/rotate/start`, {});
    return call(emulator, `POST /v1/connected_apps/clients/${clientId}/secrets/rotate/cancel`, {});
  },
  'POST /v1/connected_apps/clients/{client_id}/secrets/rotate': async (emulator) => {
    const clientId = await confidentialApp(emulator);
    await call(emulator, `POST /v1/connected_apps/clients/${clientId}/secrets/rotate/start`, {});
    return call(emulator, `POST /v1/connected_apps/clients/${clientId}/secrets/rotate`, {});
  },
  'GET /v1/users/{user_id}/connected_apps': async (emulator) => {
    const { user_id } = await emulator.connectedApps.issueToken({ email: 'ada@example.com', scopes: ['a'] });
    return call(emulator, `GET /v1/users/${user_id}/connected_apps`);
  },
  'POST /v1/users/{user_id}/connected_apps/{connected_app_id}/revoke': async (emulator) => {
    const { user_id, client_id } = await emulator.connectedApps.issueToken({
      email: 'ada@example.com',
      scopes: ['a'],
    });
    return call(emulator, `POST /v1/users/${user_id}/connected_apps/${client_id}/revoke`, {});
  },
  'POST /v1/m2m/clients': (emulator) =>
    call(emulator, 'POST /v1/m2m/clients', { scopes: ['read:users'], client_name: 'Partner' }),
  'GET /v1/m2m/clients/{client_id}': async (emulator) => {
    const { client_id } = await emulator.m2m.createClient({ scopes: ['read:users'] });
    return call(emulator, `GET /v1/m2m/clients/${client_id}`);
  },
  'PUT /v1/m2m/clients/{client_id}': async (emulator) => {
    const { client_id } = await emulator.m2m.createClient({ scopes: ['read:users'] });
    return call(emulator, `PUT /v1/m2m/clients/${client_id}`, { status: 'inactive' });
  },
  'DELETE /v1/m2m/clients/{client_id}': async (emulator) => {
    const { client_id } = await emulator.m2m.createClient({ scopes: ['read:users'] });
    return call(emulator, `DELETE /v1/m2m/clients/${client_id}`, {});
  },
  'POST /v1/m2m/clients/search': async (emulator) => {
    await emulator.m2m.createClient({ scopes: ['read:users'] });
    return call(emulator, 'POST /v1/m2m/clients/search', {});
  },
  'POST /v1/m2m/clients/{client_id}/secrets/rotate/start': async (emulator) => {
    const { client_id } = await emulator.m2m.createClient({ scopes: ['read:users'] });
    return call(emulator, `POST /v1/m2m/clients/${client_id}/secrets/rotate/start`, {});
  },
  'POST /v1/m2m/clients/{client_id}/secrets/rotate/cancel': async (emulator) => {
    const { client_id } = await emulator.m2m.createClient({ scopes: ['read:users'] });
    await call(emulator, `POST /v1/m2m/clients/${client_id}/secrets/rotate/start`, {});
    return call(emulator, `POST /v1/m2m/clients/${client_id}/secrets/rotate/cancel`, {});
  },
  'POST /v1/m2m/clients/{client_id}/secrets/rotate': async (emulator) => {
    const { client_id } = await emulator.m2m.createClient({ scopes: ['read:users'] });
    await call(emulator, `POST /v1/m2m/clients/${client_id}/secrets/rotate/start`, {});
    return call(emulator, `POST /v1/m2m/clients/${client_id}/secrets/rotate`, {});
  },
  'GET /v1/rbac/policy': async (emulator) => {
    await emulator.rbac.setPolicy({
      resources: [{ resource_id: 'documents', actions: ['read'] }],
      roles: [{ role_id: 'reader', permissions: [{ resource_id: 'documents', actions: ['*'] }] }],
      scopes: [{ scope: 'read', permissions: [{ resource_id: 'documents', actions: ['read'] }] }],
    });
    return call(emulator, 'GET /v1/rbac/policy');
  },
  'GET /v1/sessions': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, `GET /v1/sessions?user_id=${user_id}`);
  },
  'POST /v1/sessions/authenticate': async (emulator) => {
    const { session_token } = await emulator.sessions.create({ email: 'ada@example.com', roles: ['admin'] });
    return call(emulator, 'POST /v1/sessions/authenticate', { session_token });
  },
  'POST /v1/sessions/revoke': async (emulator) => {
    const { session_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, 'POST /v1/sessions/revoke', { session_id });
  },
  'GET /v1/sessions/jwks/{project_id}': (emulator) =>
    call(emulator, `GET /v1/sessions/jwks/${emulator.projectId}`),
  'POST /v1/users': (emulator) =>
    call(emulator, 'POST /v1/users', { email: 'ada@example.com', phone_number: '+12025550123' }),
  'GET /v1/users/{user_id}': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, `GET /v1/users/${user_id}`);
  },
  'PUT /v1/users/{user_id}': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, `PUT /v1/users/${user_id}`, { name: { first_name: 'Ada' } });
  },
  'DELETE /v1/users/{user_id}': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, `DELETE /v1/users/${user_id}`, {});
  },
  'POST /v1/users/search': async (emulator) => {
    await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, 'POST /v1/users/search', {});
  },
  'DELETE /v1/users/emails/{email_id}': async (emulator) => {
    const { body: received } = await call(emulator, 'POST /v1/users', {
      email: 'ada@example.com',
      phone_number: '+12025550123',
    });
    return call(emulator, `DELETE /v1/users/emails/${received.email_id}`, {});
  },
  'DELETE /v1/users/phone_numbers/{phone_id}': async (emulator) => {
    const { body: received } = await call(emulator, 'POST /v1/users', {
      email: 'ada@example.com',
      phone_number: '+12025550123',
    });
    return call(emulator, `DELETE /v1/users/phone_numbers/${received.phone_id}`, {});
  },
  'PUT /v1/users/{user_id}/exchange_primary_factor': async (emulator) => {
    const { user_id } = await emulator.sessions.create({ email: 'ada@example.com' });
    return call(emulator, `PUT /v1/users/${user_id}/exchange_primary_factor`, {
      phone_number: '+12025550123',
    });
  },
  'DELETE /v1/users/{user_id}/external_id': async (emulator) => {
    await call(emulator, 'POST /v1/users', { email: 'ada@example.com', external_id: 'crm-1' });
    return call(emulator, 'DELETE /v1/users/crm-1/external_id', {});
  },
  'GET /v1/debug/whoami': (emulator) => call(emulator, 'GET /v1/debug/whoami'),
};

/** Served operations that the OpenAPI document lacks. Their tests assert the whole responses. */
const servedOAuthOperations = [
  'POST /v1/oauth2/introspect',
  'POST /v1/oauth2/token',
  'GET /v1/public/oauth/{provider}/start',
  'POST /v1/public/{project_id}/oauth2/introspect',
  'POST /v1/public/{project_id}/oauth2/token',
];

const isForConsumer = (operation: string) => productOf(operation) !== 'b2b';

describe('the responses of served operations', () => {
  const emulator = emulatorUnderTest();

  it.each(servedConsumerOperations)('match the schema in the OpenAPI document: %s', async (operation) => {
    // call() checks the schema of every successful response.
    const { status } = await successfulCalls[operation]!(emulator());
    expect(status).toBe(operation === 'POST /v1/users' ? 201 : 200);
  });

  it('are 501 for all other operations of Stytch for consumer projects', async () => {
    const statuses = await Promise.all(
      stytchOperations.filter(isForConsumer).map(async (operation) => {
        const path = operation.replace(/\{\w+\}/g, 'x');
        const [method = '', url = ''] = path.split(' ');
        const authorization = `Basic ${btoa(`${emulator().projectId}:${emulator().secret}`)}`;
        const response = await fetch(emulator().url + url, { method, headers: { authorization } });
        return [operation, response.status] as const;
      }),
    );
    const served = statuses.filter(([, status]) => status !== 501).map(([operation]) => operation);
    expect(served.sort()).toEqual([...servedConsumerOperations, ...servedOAuthOperations].sort());
  });
});

const generator = fileURLToPath(new URL('../scripts/generate-operations.mjs', import.meta.url));

describe('the generated files', () => {
  if ((process.env['STYTCH_OPENAPI'] && process.env['STYTCH_SDK_OPENAPI']) === undefined) {
    it.skip('skipped: set STYTCH_OPENAPI and STYTCH_SDK_OPENAPI to Stytch’s official OpenAPI documents (CONTRIBUTING.md)', () =>
      undefined);
  } else {
    it('match the official OpenAPI documents in STYTCH_OPENAPI and STYTCH_SDK_OPENAPI', async () => {
      const { stderr } = await promisify(execFile)(process.execPath, [generator, '--check']);
      expect(stderr).toBe('');
    }, 30_000);
  }
});
