import { type StytchB2BEmulator } from 'stytch-emulator';
import { productOf } from '../../src/wire/product-of-operation.js';
import { stytchOperations } from '../../src/wire/stytch-operations.js';
import { b2bEmulatorUnderTest, call, servedOperations } from '../emulator.js';
import {
  createOrganization,
  discover,
  discoveryOAuthToken,
  latestCode,
  latestToken,
  oauthToken,
} from './sign-in-flow.js';

const ada = { organization_id: 'acme', email_address: 'ada@acme.example' };
const strongPassword = 'a long and unusual sentence';

const createAcme = (emulator: StytchB2BEmulator) =>
  createOrganization(emulator, ada.email_address, { organization_name: 'Acme' });

async function withPassword(emulator: StytchB2BEmulator): Promise<void> {
  await createAcme(emulator);
  await call(emulator, 'POST /v1/b2b/passwords/email/reset/start', ada);
  await call(emulator, 'POST /v1/b2b/passwords/email/reset', {
    password_reset_token: latestToken(emulator, ada.email_address),
    password: strongPassword,
  });
}

const gracesSession = (emulator: StytchB2BEmulator) =>
  emulator.sessions.create({ organization: 'initech', email: 'grace@example.com' });

/** A successful call of every operation that only B2B projects have and that the emulator serves. */
const successfulCalls: Record<string, (emulator: StytchB2BEmulator) => Promise<{ status: number }>> = {
  'GET /v1/b2b/rbac/policy': (emulator) => call(emulator, 'GET /v1/b2b/rbac/policy'),
  'GET /v1/b2b/sessions': async (emulator) => {
    const { member_id } = await gracesSession(emulator);
    return call(emulator, `GET /v1/b2b/sessions?organization_id=initech&member_id=${member_id}`);
  },
  'POST /v1/b2b/sessions/authenticate': async (emulator) => {
    const { session_token } = await gracesSession(emulator);
    return call(emulator, 'POST /v1/b2b/sessions/authenticate', {
      session_token,
      authorization_check: {
        organization_id: 'initech',
        resource_id: 'stytch.self',
        action: 'update.info.name',
      },
    });
  },
  'POST /v1/b2b/sessions/exchange': async (emulator) => {
    const { session_token } = await gracesSession(emulator);
    return call(emulator, 'POST /v1/b2b/sessions/exchange', { session_token, organization_id: 'globex' });
  },
  'POST /v1/b2b/sessions/revoke': async (emulator) => {
    const { member_id } = await gracesSession(emulator);
    return call(emulator, 'POST /v1/b2b/sessions/revoke', { member_id });
  },
  'GET /v1/b2b/sessions/jwks/{project_id}': (emulator) =>
    call(emulator, `GET /v1/b2b/sessions/jwks/${emulator.projectId}`),
  'POST /v1/b2b/magic_links/email/login_or_signup': async (emulator) => {
    await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/magic_links/email/login_or_signup', ada);
  },
  'POST /v1/b2b/magic_links/email/invite': async (emulator) => {
    await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/magic_links/email/invite', {
      ...ada,
      email_address: 'bob@acme.example',
    });
  },
  'POST /v1/b2b/magic_links/authenticate': async (emulator) => {
    await createAcme(emulator);
    await call(emulator, 'POST /v1/b2b/magic_links/email/login_or_signup', ada);
    return call(emulator, 'POST /v1/b2b/magic_links/authenticate', {
      magic_links_token: latestToken(emulator, ada.email_address),
    });
  },
  'POST /v1/b2b/magic_links/email/discovery/send': (emulator) =>
    call(emulator, 'POST /v1/b2b/magic_links/email/discovery/send', { email_address: ada.email_address }),
  'POST /v1/b2b/magic_links/discovery/authenticate': async (emulator) => {
    await createAcme(emulator);
    await call(emulator, 'POST /v1/b2b/magic_links/email/discovery/send', {
      email_address: ada.email_address,
    });
    return call(emulator, 'POST /v1/b2b/magic_links/discovery/authenticate', {
      discovery_magic_links_token: latestToken(emulator, ada.email_address),
    });
  },
  'POST /v1/b2b/otps/email/login_or_signup': async (emulator) => {
    await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/otps/email/login_or_signup', ada);
  },
  'POST /v1/b2b/otps/email/authenticate': async (emulator) => {
    await createAcme(emulator);
    await call(emulator, 'POST /v1/b2b/otps/email/login_or_signup', ada);
    return call(emulator, 'POST /v1/b2b/otps/email/authenticate', {
      ...ada,
      code: latestCode(emulator, ada.email_address),
    });
  },
  'POST /v1/b2b/otps/email/discovery/send': (emulator) =>
    call(emulator, 'POST /v1/b2b/otps/email/discovery/send', { email_address: ada.email_address }),
  'POST /v1/b2b/otps/email/discovery/authenticate': async (emulator) => {
    await createAcme(emulator);
    const { email_address } = ada;
    await call(emulator, 'POST /v1/b2b/otps/email/discovery/send', { email_address });
    return call(emulator, 'POST /v1/b2b/otps/email/discovery/authenticate', {
      email_address,
      code: latestCode(emulator, email_address),
    });
  },
  'POST /v1/b2b/discovery/organizations': async (emulator) => {
    await createAcme(emulator);
    const { intermediate_session_token } = await discover(emulator, ada.email_address);
    return call(emulator, 'POST /v1/b2b/discovery/organizations', { intermediate_session_token });
  },
  'POST /v1/b2b/discovery/organizations/create': async (emulator) => {
    const { intermediate_session_token } = await discover(emulator, ada.email_address);
    return call(emulator, 'POST /v1/b2b/discovery/organizations/create', { intermediate_session_token });
  },
  'POST /v1/b2b/discovery/intermediate_sessions/exchange': async (emulator) => {
    await createAcme(emulator);
    const { intermediate_session_token } = await discover(emulator, ada.email_address);
    return call(emulator, 'POST /v1/b2b/discovery/intermediate_sessions/exchange', {
      intermediate_session_token,
      organization_id: 'acme',
    });
  },
  'POST /v1/b2b/impersonation/authenticate': async (emulator) => {
    await createAcme(emulator);
    const { token } = await emulator.members.impersonate({ organization: 'acme', email: ada.email_address });
    return call(emulator, 'POST /v1/b2b/impersonation/authenticate', { impersonation_token: token });
  },
  'POST /v1/b2b/oauth/authenticate': async (emulator) => {
    await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/oauth/authenticate', {
      oauth_token: await oauthToken(emulator, ada.email_address, { slug: 'acme' }),
    });
  },
  'POST /v1/b2b/oauth/discovery/authenticate': async (emulator) => {
    await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/oauth/discovery/authenticate', {
      discovery_oauth_token: await discoveryOAuthToken(emulator, ada.email_address),
    });
  },
  'POST /v1/b2b/passwords/strength_check': (emulator) =>
    call(emulator, 'POST /v1/b2b/passwords/strength_check', { password: 'x' }),
  'POST /v1/b2b/passwords/migrate': async (emulator) => {
    await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/passwords/migrate', {
      ...ada,
      hash: '5f4dcc3b5aa765d61d8327deb882cf99',
      hash_type: 'md_5',
    });
  },
  'POST /v1/b2b/passwords/authenticate': async (emulator) => {
    await withPassword(emulator);
    return call(emulator, 'POST /v1/b2b/passwords/authenticate', { ...ada, password: strongPassword });
  },
  'POST /v1/b2b/passwords/email/reset/start': async (emulator) => {
    await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/passwords/email/reset/start', ada);
  },
  'POST /v1/b2b/passwords/email/reset': async (emulator) => {
    await createAcme(emulator);
    await call(emulator, 'POST /v1/b2b/passwords/email/reset/start', ada);
    return call(emulator, 'POST /v1/b2b/passwords/email/reset', {
      password_reset_token: latestToken(emulator, ada.email_address),
      password: strongPassword,
    });
  },
  'POST /v1/b2b/passwords/email/require_reset': async (emulator) => {
    await withPassword(emulator);
    return call(emulator, 'POST /v1/b2b/passwords/email/require_reset', ada);
  },
  'POST /v1/b2b/passwords/session/reset': async (emulator) => {
    const { session_token } = await createAcme(emulator);
    return call(emulator, 'POST /v1/b2b/passwords/session/reset', {
      organization_id: 'acme',
      session_token,
      password: strongPassword,
    });
  },
  'POST /v1/b2b/passwords/existing_password/reset': async (emulator) => {
    await withPassword(emulator);
    return call(emulator, 'POST /v1/b2b/passwords/existing_password/reset', {
      ...ada,
      existing_password: strongPassword,
      new_password: 'another long and unusual sentence',
    });
  },
  'POST /v1/b2b/passwords/discovery/authenticate': async (emulator) => {
    await withPassword(emulator);
    return call(emulator, 'POST /v1/b2b/passwords/discovery/authenticate', {
      email_address: ada.email_address,
      password: strongPassword,
    });
  },
  'POST /v1/b2b/passwords/discovery/email/reset/start': async (emulator) => {
    await createAcme(emulator);
    const { email_address } = ada;
    return call(emulator, 'POST /v1/b2b/passwords/discovery/email/reset/start', { email_address });
  },
  'POST /v1/b2b/passwords/discovery/email/reset': async (emulator) => {
    await createAcme(emulator);
    const { email_address } = ada;
    await call(emulator, 'POST /v1/b2b/passwords/discovery/email/reset/start', { email_address });
    return call(emulator, 'POST /v1/b2b/passwords/discovery/email/reset', {
      password_reset_token: latestToken(emulator, email_address),
      password: strongPassword,
    });
  },
};

/** Served operations that the OpenAPI document lacks. Their tests assert the whole responses. */
const servedUndocumentedOperations = [
  'GET /v1/b2b/public/oauth/{provider}/discovery/start',
  'GET /v1/b2b/public/oauth/{provider}/start',
];

const served = servedOperations.filter((operation) => productOf(operation) === 'b2b');

describe('the responses of served operations of B2B projects', () => {
  const emulator = b2bEmulatorUnderTest({
    seed: {
      organizations: [
        { name: 'Initech', slug: 'initech', members: [{ email: 'grace@example.com' }] },
        { name: 'Globex', slug: 'globex', members: [{ email: 'grace@example.com' }] },
      ],
    },
  });

  it.each(served)('match the schema in the OpenAPI document: %s', async (operation) => {
    // call() checks the schema of every successful response.
    const { status } = await successfulCalls[operation]!(emulator());
    expect(status).toBe(200);
  });

  it('are 501 for all other operations of Stytch for B2B projects', async () => {
    const operations = stytchOperations.filter((operation) => productOf(operation) === 'b2b');
    const statuses = await Promise.all(
      operations.map(async (operation) => [operation, await statusOf(emulator(), operation)] as const),
    );
    const implemented = statuses.filter(([, status]) => status !== 501).map(([operation]) => operation);
    expect(implemented.sort()).toEqual([...served, ...servedUndocumentedOperations].sort());
  });
});

async function statusOf({ url, projectId, secret }: StytchB2BEmulator, operation: string): Promise<number> {
  const [method = '', path = ''] = operation.replace(/\{\w+\}/g, 'x').split(' ');
  const authorization = `Basic ${btoa(`${projectId}:${secret}`)}`;
  const response = await fetch(url + path, { method, headers: { authorization } });
  return response.status;
}
