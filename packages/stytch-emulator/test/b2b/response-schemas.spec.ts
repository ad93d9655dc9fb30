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

const graceId = (emulator: StytchB2BEmulator) => emulator.members.list()[0]!.member_id;

/** The id of an app that Grace has given access. */
async function connectedApp(emulator: StytchB2BEmulator): Promise<string> {
  const token = await emulator.connectedApps.issueToken({
    organization: 'initech',
    email: 'grace@example.com',
    scopes: ['read:documents'],
  });
  return token.client_id;
}

/** A successful call of every operation that only B2B projects have and that the emulator serves. */
const successfulCalls: Record<string, (emulator: StytchB2BEmulator) => Promise<{ status: number }>> = {
  'GET /v1/b2b/rbac/policy': (emulator) => call(emulator, 'GET /v1/b2b/rbac/policy'),
  'POST /v1/b2b/organizations': (emulator) =>
    call(emulator, 'POST /v1/b2b/organizations', {
      organization_name: 'Umbrella',
      trusted_metadata: { plan: 'pro' },
      rbac_email_implicit_role_assignments: [{ domain: 'umbrella.example', role_id: 'stytch_admin' }],
      allowed_oauth_tenants: { slack: ['T1'] },
    }),
  'GET /v1/b2b/organizations/{organization_id}': (emulator) =>
    call(emulator, 'GET /v1/b2b/organizations/initech'),
  'PUT /v1/b2b/organizations/{organization_id}': (emulator) =>
    call(emulator, 'PUT /v1/b2b/organizations/initech', { organization_name: 'Initech Inc.' }),
  'DELETE /v1/b2b/organizations/{organization_id}': (emulator) =>
    call(emulator, 'DELETE /v1/b2b/organizations/initech', {}),
  'POST /v1/b2b/organizations/search': (emulator) => call(emulator, 'POST /v1/b2b/organizations/search', {}),
  'GET /v1/b2b/organizations/{organization_id}/metrics': (emulator) =>
    call(emulator, 'GET /v1/b2b/organizations/initech/metrics'),
  'DELETE /v1/b2b/organizations/{organization_id}/external_id': (emulator) =>
    call(emulator, 'DELETE /v1/b2b/organizations/initech/external_id', {}),
  'GET /v1/b2b/rbac/organizations/{organization_id}': (emulator) =>
    call(emulator, 'GET /v1/b2b/rbac/organizations/initech'),
  'PUT /v1/b2b/rbac/organizations/{organization_id}': (emulator) =>
    call(emulator, 'PUT /v1/b2b/rbac/organizations/initech', {
      org_policy: { roles: [{ role_id: 'guest', description: '', permissions: [] }] },
    }),
  'POST /v1/b2b/organizations/{organization_id}/members': (emulator) =>
    call(emulator, 'POST /v1/b2b/organizations/initech/members', {
      email_address: 'eve@example.com',
      mfa_phone_number: '+12025550123',
    }),
  'GET /v1/b2b/organizations/{organization_id}/member': (emulator) =>
    call(emulator, 'GET /v1/b2b/organizations/initech/member?email_address=grace@example.com'),
  'GET /v1/b2b/organizations/members/dangerously_get/{member_id}': (emulator) =>
    call(emulator, `GET /v1/b2b/organizations/members/dangerously_get/${graceId(emulator)}`),
  'PUT /v1/b2b/organizations/{organization_id}/members/{member_id}': (emulator) =>
    call(emulator, 'PUT /v1/b2b/organizations/initech/members/crm-1', { email_address: 'eve@example.com' }),
  'DELETE /v1/b2b/organizations/{organization_id}/members/{member_id}': (emulator) =>
    call(emulator, 'DELETE /v1/b2b/organizations/initech/members/crm-1', {}),
  'PUT /v1/b2b/organizations/{organization_id}/members/{member_id}/reactivate': async (emulator) => {
    const id = graceId(emulator);
    await call(emulator, 'DELETE /v1/b2b/organizations/initech/members/crm-1', {});
    return call(emulator, `PUT /v1/b2b/organizations/initech/members/${id}/reactivate`, {});
  },
  'POST /v1/b2b/organizations/members/search': (emulator) =>
    call(emulator, 'POST /v1/b2b/organizations/members/search', { organization_ids: ['initech'] }),
  'DELETE /v1/b2b/organizations/{organization_id}/members/passwords/{member_password_id}': (emulator) => {
    const { member_password_id } = emulator.members.list()[0]!;
    return call(emulator, `DELETE /v1/b2b/organizations/initech/members/passwords/${member_password_id}`, {});
  },
  'DELETE /v1/b2b/organizations/{organization_id}/members/mfa_phone_numbers/{member_id}': (emulator) =>
    call(emulator, 'DELETE /v1/b2b/organizations/initech/members/mfa_phone_numbers/crm-1', {}),
  'DELETE /v1/b2b/organizations/{organization_id}/members/{member_id}/external_id': (emulator) =>
    call(emulator, 'DELETE /v1/b2b/organizations/initech/members/crm-1/external_id', {}),
  'POST /v1/b2b/organizations/{organization_id}/members/{member_id}/start_email_update': (emulator) =>
    call(emulator, 'POST /v1/b2b/organizations/initech/members/crm-1/start_email_update', {
      email_address: 'hopper@example.com',
    }),
  'POST /v1/b2b/organizations/{organization_id}/members/{member_id}/unlink_retired_email': async (
    emulator,
  ) => {
    const member = '/v1/b2b/organizations/initech/members/crm-1';
    await call(emulator, `PUT ${member}`, { email_address: 'eve@example.com' });
    return call(emulator, `POST ${member}/unlink_retired_email`, { email_address: 'grace@example.com' });
  },
  'GET /v1/b2b/organizations/{organization_id}/connected_apps': async (emulator) => {
    await connectedApp(emulator);
    return call(emulator, 'GET /v1/b2b/organizations/initech/connected_apps');
  },
  'GET /v1/b2b/organizations/{organization_id}/connected_apps/{connected_app_id}': async (emulator) =>
    call(emulator, `GET /v1/b2b/organizations/initech/connected_apps/${await connectedApp(emulator)}`),
  'GET /v1/b2b/organizations/{organization_id}/members/{member_id}/connected_apps': async (emulator) => {
    await connectedApp(emulator);
    return call(emulator, 'GET /v1/b2b/organizations/initech/members/crm-1/connected_apps');
  },
  'POST /v1/b2b/organizations/{organization_id}/members/{member_id}/connected_apps/{connected_app_id}/revoke':
    async (emulator) => {
      const app = await connectedApp(emulator);
      const member = '/v1/b2b/organizations/initech/members/crm-1';
      return call(emulator, `POST ${member}/connected_apps/${app}/revoke`, {});
    },
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
        {
          name: 'Initech',
          slug: 'initech',
          members: [
            {
              email: 'grace@example.com',
              externalId: 'crm-1',
              password: 'anything',
              mfaPhoneNumber: '+12025550123',
            },
          ],
        },
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
