import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';

/** The hidden fields of the form on a page, as the browser would send them. */
export function hiddenFieldsOf({ text }: TestResponse): Record<string, string> {
  const inputs = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}

/** Opens a link that works in any browser and presses the button on the page that asks first. */
export async function openAndConfirm(browser: TestBrowser, callback: string): Promise<TestResponse> {
  const page = await browser.visit(callback);
  if (page.status !== 200) throw new Error(`The page that asks first answered ${page.status}: ${page.text}`);
  return browser.postForm('/auth/authenticate', hiddenFieldsOf(page));
}
