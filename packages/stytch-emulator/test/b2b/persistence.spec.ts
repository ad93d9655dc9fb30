import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator, type StytchB2BEmulator } from 'stytch-emulator';
import { b2bSdkClient } from '../emulator.js';
import { discover, discoveryOAuthToken, latestCode, latestToken } from './sign-in-flow.js';

describe('a B2B project with a data directory', () => {
  const bob = 'bob@acme.example';
  const ada = { organization_id: 'acme', email_address: 'ada@acme.example' };
  let emulator: StytchB2BEmulator;
  afterEach(() => emulator.close());

  it('accepts after a restart what was issued before', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'stytch-emulator-'));
    emulator = await startStytchEmulator({ product: 'b2b', dataDirectory });
    await emulator.organizations.create({
      name: 'Acme',
      members: [{ email: ada.email_address }, { email: bob }],
    });
    const client = b2bSdkClient(emulator);
    await client.magicLinks.email.loginOrSignup(ada);
    await client.otps.email.loginOrSignup(ada);
    const { intermediate_session_token } = await discover(emulator, bob);
    const discovery_oauth_token = await discoveryOAuthToken(emulator, bob);
    const { token: impersonation_token } = await emulator.members.impersonate({
      organization: 'acme',
      email: bob,
    });
    await emulator.close();

    emulator = await startStytchEmulator({ product: 'b2b', dataDirectory });
    const { magicLinks, otps, oauth, discovery, impersonation } = b2bSdkClient(emulator);
    const signedIn = [
      await magicLinks.authenticate({ magic_links_token: latestToken(emulator, ada.email_address) }),
      await otps.email.authenticate({ ...ada, code: latestCode(emulator, ada.email_address) }),
      await discovery.intermediateSessions.exchange({ intermediate_session_token, organization_id: 'acme' }),
      await impersonation.authenticate({ impersonation_token }),
    ];
    expect(signedIn.map(({ member_authenticated }) => member_authenticated)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const discovered = await oauth.discovery.authenticate({ discovery_oauth_token });
    expect(discovered.discovered_organizations).toHaveLength(1);
  });
});
