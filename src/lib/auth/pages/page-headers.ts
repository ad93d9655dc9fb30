import { createHash } from 'node:crypto';
import type { AuthPage } from '../../ports/page-renderer.js';

/**
 * Headers for a page: nothing is loaded, nothing frames it, and its address goes nowhere. The hashes
 * are those of the very document, so that a renderer of the application's own may bring its styles.
 *
 * @param returnOrigins where a form may end up: browsers hold `form-action` against redirects too
 */
export function pageHeaders(
  page: AuthPage,
  document: string,
  returnOrigins: Iterable<string>,
): Record<string, string> {
  const hasForm = page.name === 'login' || page.name === 'confirm';
  const formAction = hasForm ? ["'self'", ...returnOrigins].join(' ') : "'none'";
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src ${styleSources(document)}; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
    // A form must say where it comes from: without a referrer its Origin would be "null".
    'referrer-policy': hasForm ? 'strict-origin' : 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  };
}

function styleSources(document: string): string {
  // Browsers make one kind of line ending of all before they hash (HTML section 13.2.3.5).
  const styles = [...document.replace(/\r\n?/g, '\n').matchAll(/<style\b[^>]*>([\s\S]*?)<\/style/gi)].map(
    ([, style = '']) => style,
  );
  const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  return hashes.length > 0 ? hashes.join(' ') : "'none'";
}
