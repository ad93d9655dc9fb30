import type { StytchEmulator } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
import type { Stage } from './use-application.js';

/** A browser that asked for a link, and the path and query the link in its mail leads to. */
export async function linkAskedForBy(
  { emulator, application }: Stage,
  { email = 'ada@example.com', ...fields }: { email?: string; return_to?: unknown } = {},
): Promise<{ browser: TestBrowser; callback: string }> {
  const browser = application.browser();
  emulator.messages.clear();
  const asked = await browser.postJson('/auth/login', { email, ...fields });
  if (asked.status !== 202) throw new Error(`Asking for a link answered ${asked.status}: ${asked.text}`);
  return { browser, callback: await callbackPathOf(emulator, email) };
}

/** Follows the newest mail to the application's door. */
export async function callbackPathOf(emulator: StytchEmulator, email: string): Promise<string> {
  const { link } = await emulator.messages.wait({ to: email });
  const mailed = await fetch(link, { redirect: 'manual' });
  const { pathname, search } = new URL(mailed.headers.get('location') ?? '');
  return pathname + search;
}
