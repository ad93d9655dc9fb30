import type { Page } from 'playwright-core';

/** Waits until the field has the focus: browsers move it after the page has loaded. */
export async function focusIsIn(page: Page, label: string): Promise<void> {
  await page.getByLabel(label).and(page.locator(':focus')).waitFor();
}
