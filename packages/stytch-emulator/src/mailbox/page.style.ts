export const pageStylePath = '/__emulator/page.css';

/** The style of all pages of the emulator: colors, text, buttons, details. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f4f3ef;
  --sheet: #ffffff;
  --ink: #1c1d22;
  --quiet: #63656f;
  --line: #e2e0d8;
  --accent: #3b4ccf;
  --on-accent: #ffffff;
  --selected: #e9ebfb;
  --good: #1a6b3c;
  --good-ground: #e2f3e8;
  --danger: #b3261e;
  --on-danger: #ffffff;
  --tag-ground: #eeedf4;
  --shadow: 0 1px 2px rgb(20 20 30 / 6%), 0 6px 20px rgb(20 20 30 / 5%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14151a;
    --sheet: #1e2027;
    --ink: #eceaf0;
    --quiet: #a3a5b1;
    --line: #32343e;
    --accent: #a4b0ff;
    --on-accent: #14162b;
    --selected: #2a2d45;
    --good: #8fdcaa;
    --good-ground: #1c3527;
    --danger: #ff9d94;
    --on-danger: #35110e;
    --tag-ground: #2b2d38;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 46rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 3.5rem) clamp(1rem, 4vw, 2rem) 3rem; }
h1, h2, p, dl, dd, ol { margin: 0; padding: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.02em; }
h2 { font-size: 1.0625rem; line-height: 1.35; }
h1 + p:not(.quiet) { margin-top: 0.75rem; }
code, pre { font: 0.8125rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; padding: 0.75rem 1rem; border-radius: 0.625rem; background: var(--tag-ground); white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: var(--accent); }
.quiet { color: var(--quiet); font-size: 0.9375rem; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }

.button {
  display: inline-block;
  padding: 0.5625rem 1.125rem;
  border: 1px solid var(--accent);
  border-radius: 0.625rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-size: 0.9375rem;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  white-space: nowrap;
  cursor: pointer;
}
.button:hover { filter: brightness(1.08); }
.button.plain { border-color: var(--line); background: transparent; color: var(--ink); font-weight: 500; }
.button.plain:hover { background: var(--tag-ground); filter: none; }
.button.danger { border-color: var(--danger); background: var(--danger); color: var(--on-danger); }
.button.small { padding: 0.3125rem 0.75rem; font-size: 0.875rem; border-radius: 0.5rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.5rem; }

.initial {
  display: grid;
  place-items: center;
  width: 2.5rem;
  height: 2.5rem;
  border-radius: 50%;
  background: var(--tag-ground);
  color: var(--accent);
  font-weight: 650;
}
.tag { padding: 0.0625rem 0.5625rem; border-radius: 1rem; background: var(--tag-ground); color: var(--quiet); font-size: 0.8125rem; white-space: nowrap; }
.tag.pending { background: var(--good-ground); color: var(--good); }
details { font-size: 0.875rem; }
summary { width: fit-content; padding: 0.125rem 0; color: var(--quiet); cursor: pointer; }
summary:hover { color: var(--ink); }
dl { display: grid; gap: 0.5rem; padding: 0.625rem 0 0.5rem; }
dl div { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: 0.75rem; }
dt { color: var(--quiet); }
dd { overflow-wrap: anywhere; }
@media (max-width: 34rem) {
  dl div { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
`;
