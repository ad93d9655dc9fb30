import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import type { StytchEmulator } from 'stytch-emulator';

/** Calls an operation as the backend of an application does. */
export async function callStytch(emulator: StytchEmulator, path: string, body: object): Promise<unknown> {
  const credentials = Buffer.from(`${emulator.projectId}:${emulator.secret}`).toString('base64');
  const response = await fetch(`${emulator.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} responded ${response.status}: ${text}`);
  return JSON.parse(text);
}

let count = 0;

/** Creates a user with a password. Each has another address, so that tests don't affect each other. */
export async function createUserWithPassword(
  emulator: StytchEmulator,
  password: string,
): Promise<{ email: string; password: string }> {
  count += 1;
  const email = `user-${count}@example.com`;
  await callStytch(emulator, '/v1/passwords', { email, password });
  emulator.requests.clear();
  return { email, password };
}

/** Requests a reset. Returns the paths and queries that the two links in the email redirect to. */
export async function requestReset(
  { emulator, browser }: { emulator: StytchEmulator; browser: TestBrowser },
  email: string,
  fields: { return_to?: string } = {},
): Promise<{ response: TestResponse; reset: string; login: string }> {
  emulator.messages.clear();
  const response = await browser.postJson('/auth/login/password-reset/start', { email, ...fields });
  const { link, loginLink = '' } = await emulator.messages.wait({ to: email, kind: 'link' });
  return { response, reset: await callbackOf(link), login: await callbackOf(loginLink) };
}

async function callbackOf(link: string): Promise<string> {
  const redirect = await fetch(link, { redirect: 'manual' });
  const { pathname, search } = new URL(redirect.headers.get('location') ?? '');
  return pathname + search;
}
