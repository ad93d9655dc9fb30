import { createHash } from 'node:crypto';
import { html, type Html } from './html.js';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Pages with a form say where they come from (an Origin header needs it); others say nothing. */
  readonly hasForm: boolean;
}

const style = `
:root { color-scheme: light dark; --ink: #1a1d21; --soft: #5b6470; --line: #c9ced6; --ground: #f4f5f7; --card: #fff; --accent: #19303d; --on-accent: #fff; --wrong: #a3121f; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceff3; --soft: #a7b0bc; --line: #454d58; --ground: #14171a; --card: #1e2226; --accent: #b2d6de; --on-accent: #10222c; --wrong: #ff9a9f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; }
p { margin: 0 0 1rem; color: var(--soft); }
p:last-child { margin-bottom: 0; }
label { display: block; margin-bottom: .35rem; font-weight: 600; }
input { width: 100%; padding: .65rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: inherit; font: inherit; }
input[aria-invalid] { border-color: var(--wrong); }
.wrong { margin: .35rem 0 0; color: var(--wrong); }
button, .button { display: block; width: 100%; margin-top: 1rem; padding: .7rem 1rem; border: 0; border-radius: .5rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
:focus-visible { outline: 3px solid #4f9fb4; outline-offset: 2px; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** A complete document: plain HTML, no script, readable on a phone and in the dark. */
export function renderPage({ title, body }: Page): string {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style>
          ${{ markup: style }}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `;
  return document.markup;
}

/** Headers for a page: nothing is loaded, nothing frames it, and its address goes nowhere. */
export function pageHeaders({ hasForm }: Page): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${hasForm ? "'self'" : "'none'"}; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': hasForm ? 'strict-origin' : 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  };
}
