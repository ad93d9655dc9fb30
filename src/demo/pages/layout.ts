import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { style } from './style.js';

/** The hash of the style sheet, as a source in Content-Security-Policy. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

// On one line, because additional whitespace would change the hash.
const styleElement = new Html(`<style>${style}</style>`);

/** A complete HTML document. */
export function page(title: string, main: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · nestjs-stytch demo</title>
        ${styleElement}
      </head>
      <body>
        <main>
          <p class="brand">nestjs-stytch demo</p>
          ${main}
        </main>
      </body>
    </html> `.markup;
}
