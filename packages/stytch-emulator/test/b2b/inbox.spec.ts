import { b2bEmulatorUnderTest, b2bSdkClient } from '../emulator.js';
import { createOrganization } from './sign-in-flow.js';

describe('the inbox of a B2B project', () => {
  const emulator = b2bEmulatorUnderTest();
  const inbox = async (query = '') => (await fetch(`${emulator().url}/${query}`)).text();

  it('names the organization of a message, and finds messages by it', async () => {
    await createOrganization(emulator(), 'ada@acme.example', {
      organization_name: 'Acme & Sons',
      organization_slug: 'acme',
    });
    const { magicLinks, otps } = b2bSdkClient(emulator());
    const ada = { organization_id: 'acme', email_address: 'ada@acme.example' };
    await magicLinks.email.invite({ ...ada, email_address: 'bob@example.com' });
    await otps.email.loginOrSignup(ada);

    const html = await inbox('?q=acme');
    expect(html).toContain('<span class="organization">Acme &amp; Sons <code>acme</code></span>');
    expect(html).toContain('Your code for Acme &amp; Sons');
    expect(html).toContain('You have been invited to Acme &amp; Sons');
    expect(await inbox('?q=globex')).toContain('No message matches');
  });

  it('says that a message is about discovery', async () => {
    await b2bSdkClient(emulator()).magicLinks.email.discovery.send({ email_address: 'ada@acme.example' });
    expect(await inbox()).toContain('<span>Discovery</span>');
  });
});
