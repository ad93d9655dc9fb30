import type { TestBrowser } from 'nestjs-stytch/testing';

/** What a person does on the emulator's page that stands in for a provider. */
export type ProviderChoice =
  { readonly email: string } | { readonly account: 'without-email' } | { readonly deny: 'true' };

/** Starts a sign-in with OAuth. Returns the URL that the browser continues at. */
export async function startOAuth(
  browser: TestBrowser,
  fields: { provider?: string; return_to?: string; add_factor?: true } = {},
): Promise<URL> {
  const response = await browser.postJson('/auth/login/oauth/start', { provider: 'google', ...fields });
  const { url } = response.json() as { url?: string };
  if (url === undefined) throw new Error(`Starting failed with ${response.status}: ${response.text}`);
  return new URL(url);
}

/** Opens the URL of a started sign-in and makes the choice. Returns the path and query of the callback. */
export async function chooseAtProvider(startUrl: URL, choice: ProviderChoice): Promise<string> {
  const opened = await fetch(startUrl, { redirect: 'manual' });
  const page = new URL(opened.headers.get('location') ?? '', startUrl);
  const chosen = await fetch(page, {
    method: 'POST',
    body: new URLSearchParams(choice),
    redirect: 'manual',
  });
  const location = chosen.headers.get('location');
  if (location === null) throw new Error(`The provider page responded ${chosen.status}.`);
  const { pathname, search } = new URL(location);
  return pathname + search;
}
