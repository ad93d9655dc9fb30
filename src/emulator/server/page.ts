import { type Context } from 'hono';
import { inboxIconPath, inboxStylePath } from '../mailbox/inbox.paths.js';

/** An HTML page of the emulator. Whoever calls this has escaped what it puts into `main` and `head`. */
export function page(
  c: Context,
  status: 200 | 404,
  { title, head = '', main }: { title: string; head?: string; main: string },
): Response {
  c.header('cache-control', 'no-store');
  c.header(
    'content-security-policy',
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
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
<link rel="icon" type="image/svg+xml" href="${inboxIconPath}">
<link rel="stylesheet" href="${inboxStylePath}">
${head}</head>
<body>
<main>
${main}
</main>
</body>
</html>
`,
    status,
  );
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
