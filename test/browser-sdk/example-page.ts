import type { Page } from 'playwright-core';
import type { StytchEmulator } from 'stytch-emulator';

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

export const untilSignedIn = (page: Page, email: string): Promise<void> =>
  page.getByRole('heading', { name: email, level: 1 }).waitFor();

export const untilSignedOut = (page: Page): Promise<void> =>
  page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();

/** Signs in with a link, which is opened in the same tab. */
export async function signInWithLink(page: Page, email: string, { messages }: StytchEmulator): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await press(page, 'Email me a link');
  await page.goto((await messages.wait({ to: email, kind: 'link' })).link);
  await untilSignedIn(page, email);
}

/** How the page calls the protected route. */
export type Way = 'Cookies' | 'Bearer token';

/** Calls the protected route, and waits until the page shows the response. */
export async function callDashboard(page: Page, way: Way): Promise<{ status: number; body: unknown }> {
  await page.getByRole('radio', { name: way }).check();
  const [response] = await Promise.all([
    page.waitForResponse((received) => received.url().endsWith('/dashboard')),
    press(page, 'Call /dashboard'),
  ]);
  const status = response.status();
  await page.getByRole('status').getByText(String(status), { exact: true }).waitFor();
  return { status, body: await response.json() };
}
