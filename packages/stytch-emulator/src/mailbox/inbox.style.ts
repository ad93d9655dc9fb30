export const inboxStyle = `
:root {
  color-scheme: light dark;
  --ground: #f4f3ef;
  --sheet: #ffffff;
  --ink: #1c1d22;
  --quiet: #63656f;
  --line: #e2e0d8;
  --accent: #3b4ccf;
  --on-accent: #ffffff;
  --good: #1a6b3c;
  --good-ground: #e2f3e8;
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
    --good: #8fdcaa;
    --good-ground: #1c3527;
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
a { color: var(--accent); }
.quiet { color: var(--quiet); font-size: 0.9375rem; }
header { display: flex; align-items: end; justify-content: space-between; gap: 1rem; margin-bottom: 1.5rem; }
footer { margin-top: 2rem; font-size: 0.8125rem; }
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
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.5rem; }

.messages { list-style: none; display: grid; gap: 0.875rem; }
.message {
  display: grid;
  grid-template-columns: auto minmax(0, 1fr) auto;
  align-items: start;
  column-gap: 1rem;
  padding: 1.125rem 1.25rem 0.875rem;
  border: 1px solid var(--line);
  border-radius: 1rem;
  background: var(--sheet);
  box-shadow: var(--shadow);
}
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
.to { color: var(--ink); overflow-wrap: anywhere; }
.tags { display: flex; flex-wrap: wrap; gap: 0.375rem; margin-top: 0.5rem; }
.tag { padding: 0.0625rem 0.5625rem; border-radius: 1rem; background: var(--tag-ground); color: var(--quiet); font-size: 0.8125rem; }
.tag.pending { background: var(--good-ground); color: var(--good); }
.ways { align-self: center; display: grid; gap: 0.5rem; }
.spent { background: transparent; box-shadow: none; }
.spent h2, .spent .to { color: var(--quiet); font-weight: 500; }
.spent .initial { color: var(--quiet); }
details { grid-column: 2 / -1; margin-top: 0.5rem; font-size: 0.875rem; }
summary { width: fit-content; padding: 0.125rem 0; color: var(--quiet); cursor: pointer; }
summary:hover { color: var(--ink); }
dl { display: grid; gap: 0.5rem; padding: 0.625rem 0 0.5rem; }
dl div { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: 0.75rem; }
dt { color: var(--quiet); }
dd { overflow-wrap: anywhere; }

.empty { padding: 2.25rem clamp(1.25rem, 5vw, 3rem) 2.5rem; border: 1px dashed var(--line); border-radius: 1rem; }
.empty svg { display: block; color: var(--accent); margin-bottom: 0.875rem; }
.empty h2 { font-size: 1.25rem; }
.empty p { margin-top: 0.5rem; }
.empty .quiet { margin-top: 1.5rem; }
pre { margin: 0.5rem 0 0; padding: 0.75rem 1rem; border-radius: 0.625rem; background: var(--tag-ground); white-space: pre-wrap; overflow-wrap: anywhere; }

@media (max-width: 34rem) {
  .message { grid-template-columns: auto minmax(0, 1fr); padding: 1rem 1rem 0.75rem; column-gap: 0.75rem; }
  .ways { grid-column: 1 / -1; margin-top: 0.875rem; }
  .button { padding-block: 0.6875rem; }
  header .button { padding-block: 0.4375rem; }
  details { grid-column: 1 / -1; }
  dl div { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media (prefers-reduced-motion: no-preference) {
  .message.fresh { animation: arrive 0.5s ease-out; }
  @keyframes arrive { from { opacity: 0; transform: translateY(-0.5rem); } }
}
`;
