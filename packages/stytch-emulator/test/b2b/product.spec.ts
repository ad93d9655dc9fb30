import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator } from 'stytch-emulator';
import { b2bEmulatorUnderTest, b2bRefusal, call, emulatorUnderTest, refusal } from '../emulator.js';

describe('a consumer project', () => {
  const emulator = emulatorUnderTest();

  it.each([
    'GET /v1/b2b/rbac/policy',
    'POST /v1/b2b/organizations',
    'POST /v1/b2b/magic_links/email/login_or_signup',
    'GET /v1/b2b/sessions/jwks/project-test-1',
    'GET /v1/public/sso/start',
  ])('responds invalid_b2b_endpoint to %s', async (operation) => {
    expect(await call(emulator(), operation)).toEqual(refusal(400, 'invalid_b2b_endpoint'));
  });
});

describe('a B2B project', () => {
  const emulator = b2bEmulatorUnderTest();

  it.each([
    'GET /v1/rbac/policy',
    'POST /v1/users',
    'POST /v1/magic_links/email/login_or_create',
    'GET /v1/sessions/jwks/project-test-1',
    'GET /v1/public/oauth/google/start',
  ])('responds invalid_consumer_endpoint to %s', async (operation) => {
    expect(await call(emulator(), operation)).toEqual(b2bRefusal(400, 'invalid_consumer_endpoint'));
  });

  it('publishes its keys without authentication, and lets clients cache them', async () => {
    const { url, projectId, keys } = emulator();
    const response = await fetch(`${url}/v1/b2b/sessions/jwks/${projectId}`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=900');
    expect(await response.json()).toMatchObject({ keys: [await keys.current()] });
  });

  it('serves M2M clients and their tokens', async () => {
    const { client_id } = await emulator().m2m.createClient({ scopes: ['read:documents'] });
    const found = await call(emulator(), `GET /v1/m2m/clients/${client_id}`);
    expect(found).toMatchObject({ status: 200, body: { m2m_client: { scopes: ['read:documents'] } } });
    const token = await emulator().m2m.issueToken({ clientId: client_id });
    expect(token).toMatchObject({ client_id, token_type: 'bearer', expires_in: 3600 });
  });
});

describe('the product of an emulator', () => {
  it('stays that of the data directory', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'stytch-emulator-'));
    await (await startStytchEmulator({ product: 'b2b', dataDirectory })).close();
    await expect(startStytchEmulator({ dataDirectory })).rejects.toMatchObject({
      code: 'emulator_options_invalid',
      message: expect.stringContaining('belongs to a b2b project'),
    });
  });

  it('must be that of the seed', async () => {
    const seed = { product: 'b2b' } as object;
    await expect(startStytchEmulator({ seed })).rejects.toMatchObject({
      code: 'emulator_seed_invalid',
      message: 'The seed is invalid: the product of the project is consumer.',
    });
  });
});
