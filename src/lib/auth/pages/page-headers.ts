import { createHash } from 'node:crypto';
import type { AuthPage } from '../../ports/page-renderer.js';

/**
 * Headers for a page: no external resources, no framing, no caching. Styles are allowed by the hashes of
 * the given document, so the pages of a custom renderer may contain their own `<style>` elements.
 *
 * @param redirectOrigins other origins that a form may redirect to; `form-action` applies to redirects as well
 */
export function pageHeaders(
  page: AuthPage,
  document: string,
  redirectOrigins: Iterable<string>,
): Record<string, string> {
  const hasForm = pagesWithForm.has(page.name);
  const formAction = hasForm ? ["'self'", ...redirectOrigins].join(' ') : "'none'";
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src ${styleSources(document)}; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
    // With `no-referrer`, browsers send `Origin: null` with a form, and the cross-site check refuses it.
    'referrer-policy': hasForm ? 'strict-origin' : 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  };
}

const pagesWithForm: ReadonlySet<AuthPage['name']> = new Set([
  'login',
  'code',
  'confirm',
  'organizations',
  'switch',
]);

function styleSources(document: string): string {
  // Browsers normalize line endings before hashing (HTML section 13.2.3.5).
  const styles = [...document.replace(/\r\n?/g, '\n').matchAll(/<style\b[^>]*>([\s\S]*?)<\/style/gi)].map(
    ([, style = '']) => style,
  );
  const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  return hashes.length > 0 ? hashes.join(' ') : "'none'";
}
