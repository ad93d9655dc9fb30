import { type Context } from 'hono';
import { escapeHtml } from '../wire/html.js';
import { iconPath } from './icon.js';
import { pageStylePath } from './page.style.js';

interface PageContent {
  title: string;
  /** Markup: the caller escapes values. */
  head?: string;
  /** Markup: the caller escapes values. */
  main: string;
  /** Class of the body. Default: none. */
  bodyClass?: string;
  /** Where forms may lead, in the syntax of Content-Security-Policy. Default: the emulator. */
  formAction?: string;
}

/** Renders an HTML page of the emulator. */
export function page(
  c: Context,
  status: 200 | 400 | 404,
  { title, head = '', main, bodyClass = '', formAction = "'self'" }: PageContent,
): Response {
  c.header('cache-control', 'no-store');
  c.header(
    'content-security-policy',
    `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
  );
  c.header('referrer-policy', 'same-origin');
  c.header('x-content-type-options', 'nosniff');
  return c.html(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" type="image/svg+xml" href="${iconPath}">
<link rel="stylesheet" href="${pageStylePath}">
${head}</head>
<body class="${bodyClass}">
<main>
${main}
</main>
</body>
</html>
`,
    status,
  );
}
