import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { style } from './style.js';

/** The one style that may apply, as Content-Security-Policy names it: by its hash. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

// In one piece: a blank more between the tags would be another hash.
const styleElement = new Html(`<style>${style}</style>`);

/** A whole page. */
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
