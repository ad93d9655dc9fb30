import { createHash } from 'node:crypto';
import { type StytchB2BEmulator } from 'stytch-emulator';
import { b2bSdkClient } from '../emulator.js';
import { choose } from '../oauth-flow.js';

export const verifier = 'a'.repeat(64);
export const codeChallenge = createHash('sha256').update(verifier).digest('base64url');

/** The token in the latest email to the address. */
export function latestToken(emulator: StytchB2BEmulator, to: string): string {
  const message = emulator.messages.latest({ to, kind: 'link' });
  if (!message) throw new Error(`No email to ${to}.`);
  return message.token;
}

/** The code in the latest email to the address. */
export function latestCode(emulator: StytchB2BEmulator, to: string): string {
  const message = emulator.messages.latest({ to, kind: 'code' });
  if (!message) throw new Error(`No code to ${to}.`);
  return message.code;
}

/** The intermediate session of somebody who has opened a discovery link. */
export async function discover(emulator: StytchB2BEmulator, emailAddress: string) {
  const { magicLinks } = b2bSdkClient(emulator);
  await magicLinks.email.discovery.send({ email_address: emailAddress });
  return magicLinks.discovery.authenticate({
    discovery_magic_links_token: latestToken(emulator, emailAddress),
  });
}

/** Creates an organization, of which the person with the address is the admin. */
export async function createOrganization(
  emulator: StytchB2BEmulator,
  emailAddress: string,
  options: Omit<
    Parameters<ReturnType<typeof b2bSdkClient>['discovery']['organizations']['create']>[0],
    'intermediate_session_token'
  > = {},
) {
  const { intermediate_session_token } = await discover(emulator, emailAddress);
  return b2bSdkClient(emulator).discovery.organizations.create({ intermediate_session_token, ...options });
}

/** The URL of the provider page, after the start of an OAuth flow. */
export async function startOAuth(
  { url, publicToken }: StytchB2BEmulator,
  start: 'start' | 'discovery/start',
  parameters: Record<string, string> = {},
  provider = 'google',
): Promise<string> {
  const query = new URLSearchParams({ public_token: publicToken, ...parameters });
  const response = await fetch(`${url}/v1/b2b/public/oauth/${provider}/${start}?${query.toString()}`, {
    redirect: 'manual',
  });
  return new URL(response.headers.get('location') ?? '', url).href;
}

/** Chooses the account with the address at a provider, for an organization. */
export async function oauthToken(
  emulator: StytchB2BEmulator,
  email: string,
  parameters: Record<string, string>,
): Promise<string> {
  const redirect = await choose(await startOAuth(emulator, 'start', parameters), { email });
  return redirect.searchParams.get('token') ?? '';
}

/** Chooses the account with the address at a provider, for discovery. */
export async function discoveryOAuthToken(
  emulator: StytchB2BEmulator,
  email: string,
  choice: Record<string, string> = {},
  provider?: string,
): Promise<string> {
  const page = await startOAuth(emulator, 'discovery/start', {}, provider);
  const redirect = await choose(page, { email, ...choice });
  return redirect.searchParams.get('token') ?? '';
}
