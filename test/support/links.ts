import type { StytchEmulator } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
import type { Stage } from './use-application.js';

/** A browser that requested a link, and the path and query that the link in the email redirects to. */
export async function linkAskedForBy(
  { emulator, application }: Stage,
  { email = 'ada@example.com', ...fields }: { email?: string; return_to?: unknown } = {},
): Promise<{ browser: TestBrowser; callback: string }> {
  const browser = application.browser();
  emulator.messages.clear();
  const response = await browser.postJson('/auth/login', { email, ...fields });
  if (response.status !== 202)
    throw new Error(`POST /auth/login responded ${response.status}: ${response.text}`);
  return { browser, callback: await callbackPathOf(emulator, email) };
}

/** The path and query that the link in the newest email redirects to. */
export async function callbackPathOf(emulator: StytchEmulator, email: string): Promise<string> {
  const { link } = await emulator.messages.wait({ to: email, kind: 'link' });
  const redirect = await fetch(link, { redirect: 'manual' });
  const { pathname, search } = new URL(redirect.headers.get('location') ?? '');
  return pathname + search;
}
