import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator } from 'stytch-emulator';
import { b2bEmulatorUnderTest, b2bSdkClient } from '../emulator.js';

describe('the client of Stytch’s SDK for B2B', () => {
  const emulator = b2bEmulatorUnderTest({
    seed: {
      rbacPolicy: {
        resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
        roles: [{ role_id: 'editor', permissions: [{ resource_id: 'documents', actions: ['*'] }] }],
      },
    },
  });

  it('manages organizations, members and sessions', async () => {
    const client = b2bSdkClient(emulator());
    const { organization: acme } = await client.organizations.create({ organization_name: 'Acme' });
    const { organization: globex } = await client.organizations.create({
      organization_name: 'Globex',
      organization_slug: 'globex',
    });
    for (const { organization_id } of [acme, globex]) {
      await client.organizations.members.create({
        organization_id,
        email_address: 'ada@example.com',
        roles: ['editor'],
      });
    }

    const { session_token, session_jwt, member_id } = await emulator().sessions.create({
      organization: 'acme',
      email: 'ada@example.com',
    });
    const authorization_check = {
      organization_id: acme.organization_id,
      resource_id: 'documents',
      action: 'read',
    };
    const local = await client.sessions.authenticateJwtLocal({ session_jwt, authorization_check });
    expect(local).toMatchObject({
      member_id,
      organization_id: acme.organization_id,
      organization_slug: 'acme',
      roles: ['stytch_member', 'editor'],
    });
    const { verdict } = await client.sessions.authenticate({ session_token, authorization_check });
    expect(verdict).toEqual({ authorized: true, granting_roles: ['editor'] });

    const exchanged = await client.sessions.exchange({
      session_token,
      organization_id: globex.organization_id,
    });
    expect(exchanged).toMatchObject({
      member_authenticated: true,
      organization: { organization_slug: 'globex' },
    });

    await client.sessions.revoke({ member_id });
    await expect(client.sessions.authenticate({ session_token })).rejects.toMatchObject({
      status_code: 404,
      error_type: 'session_not_found',
      error_url: 'https://stytch.com/docs/b2b/api/errors/404#session_not_found',
    });
    const { session_token: other } = exchanged;
    await expect(client.sessions.authenticate({ session_token: other })).resolves.toMatchObject({
      member: { organization_id: globex.organization_id },
    });
  });
});

describe('a B2B project in a data directory', () => {
  it('is the same after a restart', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'stytch-emulator-'));
    const seed = {
      organizations: [{ name: 'Acme', slug: 'acme', members: [{ email: 'ada@example.com', name: 'Ada' }] }],
    };
    const first = await startStytchEmulator({ product: 'b2b', dataDirectory, seed });
    const created = await first.sessions.create({ organization: 'acme', email: 'ada@example.com' });
    await first.organizations.update('acme', { settings: { mfa_policy: 'REQUIRED_FOR_ALL' } });
    await first.members.create({ organization: 'acme', email: 'bob@example.com', status: 'invited' });
    const before = [first.organizations.list(), first.members.list(), first.sessions.list()];
    await first.close();

    const second = await startStytchEmulator({ product: 'b2b', dataDirectory, seed });
    expect([second.organizations.list(), second.members.list(), second.sessions.list()]).toEqual(before);
    const { session_token } = created;
    await expect(b2bSdkClient(second).sessions.authenticate({ session_token })).resolves.toMatchObject({
      organization: { mfa_policy: 'REQUIRED_FOR_ALL' },
      member: { name: 'Ada' },
    });
    await second.close();
  });
});
