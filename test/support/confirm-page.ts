import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';

/** The hidden fields of the form on a page, as a browser sends them. */
export function hiddenFieldsOf({ text }: TestResponse): Record<string, string> {
  const inputs = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}

/**
 * Opens a link that works in any browser and confirms it on the confirmation page.
 * @param url of the application, if it is not that of the browser
 */
export async function openAndConfirm(
  browser: TestBrowser,
  callback: string,
  url = browser.baseUrl,
): Promise<TestResponse> {
  const page = await browser.visit(url + callback);
  if (page.status !== 200) throw new Error(`The confirmation page responded ${page.status}: ${page.text}`);
  return browser.postForm(`${url}/auth/authenticate`, hiddenFieldsOf(page));
}
