import { type StytchEmulator } from 'stytch-emulator';
import { callback } from './emulator.js';

/** The URL that an application sends the browser to. */
export function startUrl(
  emulator: StytchEmulator,
  parameters: Record<string, string> = {},
  provider = 'google',
) {
  const url = new URL(`${emulator.url}/v1/public/oauth/${provider}/start`);
  const query = { public_token: emulator.publicToken, login_redirect_url: callback, ...parameters };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** The URL of the provider page. */
export async function start(
  emulator: StytchEmulator,
  parameters?: Record<string, string>,
  provider?: string,
) {
  const response = await fetch(startUrl(emulator, parameters, provider), { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '', emulator.url).href;
}

/** Makes a choice on the provider page. Returns where the browser is redirected to. */
export async function choose(page: string, choice: Record<string, string>): Promise<URL> {
  const body = new URLSearchParams(choice);
  const response = await fetch(page, { method: 'POST', body, redirect: 'manual' });
  return new URL(response.headers.get('location') ?? `error:${await response.text()}`);
}

/** Chooses the account with the address on the provider page. */
export async function oauthToken(
  emulator: StytchEmulator,
  email: string,
  parameters?: Record<string, string>,
): Promise<string> {
  const redirect = await choose(await start(emulator, parameters), { email });
  return redirect.searchParams.get('token') ?? '';
}
