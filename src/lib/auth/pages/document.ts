import { html, type Html } from './html.js';

const style = `
:root { color-scheme: light dark; --ground: #f4f3ef; --card: #fff; --ink: #1c1d22; --soft: #63656f; --line: #e2e0d8; --edge: #8d8f99; --accent: #3b4ccf; --on-accent: #fff; --problem: #a3121f; }
@media (prefers-color-scheme: dark) { :root { --ground: #14151a; --card: #1e2027; --ink: #eceaf0; --soft: #a3a5b1; --line: #32343e; --edge: #6d707d; --accent: #a4b0ff; --on-accent: #14162b; --problem: #ff9a9f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
main { width: 100%; min-width: 0; overflow-wrap: anywhere; max-width: 27rem; padding: clamp(1.5rem, 6vw, 2.25rem); background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.015em; text-wrap: balance; }
p { margin: 0 0 1rem; color: var(--soft); text-wrap: pretty; }
p:last-child { margin-bottom: 0; }
label { display: block; margin-bottom: .375rem; font-weight: 600; }
input + label, .problem + label { margin-top: 1rem; }
input { width: 100%; padding: .6875rem .875rem; border: 1px solid var(--edge); border-radius: .625rem; background: transparent; color: inherit; font: inherit; }
input + label, .problem + label { margin-top: 1rem; }
input[aria-invalid] { border-color: var(--problem); }
.problem { margin: .375rem 0 0; color: var(--problem); }
button, .button { display: block; width: 100%; margin-top: 1.25rem; padding: .6875rem 1.125rem; border: 1px solid var(--accent); border-radius: .625rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
button + button { margin-top: .625rem; }
strong { color: var(--ink); }
.or { margin: 1.25rem 0; text-align: center; }
a { color: var(--accent); }
.after { margin: 1.25rem 0 0; text-align: center; }
.others { margin: 1.5rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); list-style: none; text-align: center; }
.others li + li { margin-top: .625rem; }
.quiet { border-color: var(--line); background: transparent; color: var(--accent); }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .625rem; }
input:focus-visible { outline-offset: 0; }
`;

const styleElement: Html = { markup: `<style>${style}</style>` };

/** A complete HTML document without scripts or external resources, for any screen width, light and dark. */
export function renderDocument(title: string, body: Html, head?: Html): string {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${head} ${styleElement}
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
