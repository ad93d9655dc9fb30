export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f3ef;
  --sheet: #ffffff;
  --ink: #1c1d22;
  --quiet: #63656f;
  --line: #e2e0d8;
  --edge: #8d8f99;
  --accent: #3b4ccf;
  --on-accent: #ffffff;
  --tint: #eeedf4;
  --good: #1a6b3c;
  --bad: #b3261e;
  --good-tint: #e2f3e8;
  --shadow: 0 1px 2px rgb(20 20 30 / 6%), 0 6px 20px rgb(20 20 30 / 5%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14151a;
    --sheet: #1e2027;
    --ink: #eceaf0;
    --quiet: #a3a5b1;
    --line: #32343e;
    --edge: #6d707d;
    --accent: #a4b0ff;
    --on-accent: #14162b;
    --tint: #2b2d38;
    --good: #8fdcaa;
    --bad: #ffb4ab;
    --good-tint: #1c3527;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: grid;
  place-items: center;
  padding: 1.5rem 1rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
main {
  width: 100%;
  max-width: 27rem;
  padding: clamp(1.5rem, 6vw, 2.25rem);
  border: 1px solid var(--line);
  border-radius: 1rem;
  background: var(--sheet);
  box-shadow: var(--shadow);
}
main:has(.session) { max-width: 36rem; }
h1, h2, p, dl, dd, pre { margin: 0; }
.brand { margin-bottom: 1.25rem; color: var(--quiet); font-size: 0.8125rem; font-weight: 600; letter-spacing: 0.02em; }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h1 + p { margin-top: 0.5rem; }
.quiet { color: var(--quiet); }

form { margin: 0; }
main > form, .actions { margin-top: 1.5rem; }
label { display: block; margin-bottom: 0.375rem; font-weight: 600; }
input {
  width: 100%;
  padding: 0.6875rem 0.875rem;
  border: 1px solid var(--edge);
  border-radius: 0.625rem;
  background: transparent;
  color: inherit;
  font: inherit;
}
.button {
  display: block;
  width: 100%;
  padding: 0.6875rem 1.125rem;
  border: 1px solid var(--accent);
  border-radius: 0.625rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button:hover { filter: brightness(1.08); }
.button.plain { border-color: var(--line); background: transparent; color: var(--ink); font-weight: 500; }
.button.plain:hover { background: var(--tint); filter: none; }
input + .button, input[type="hidden"] + .button { margin-top: 1rem; }
.actions { display: grid; gap: 0.75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.625rem; }
input:focus-visible { outline-offset: 0; }
a { color: var(--accent); text-underline-offset: 0.15em; }

.note { margin-top: 1rem; color: var(--quiet); font-size: 0.875rem; text-align: center; }
.set-password form { margin-top: 0.75rem; }
.person { display: flex; align-items: center; gap: 1rem; }
.person > div { min-width: 0; }
.person p { margin: 0; }
.person h1 { font-size: clamp(1.1875rem, 5vw, 1.5rem); }
.initial {
  flex: none;
  display: grid;
  place-items: center;
  width: 3rem;
  height: 3rem;
  border-radius: 50%;
  background: var(--tint);
  color: var(--accent);
  font-size: 1.25rem;
  font-weight: 650;
}
.signed-in { color: var(--good); font-size: 0.875rem; font-weight: 600; }
.signed-in::before { content: ""; display: inline-block; width: 0.5rem; height: 0.5rem; margin-right: 0.4375rem; border-radius: 50%; background: currentColor; }

.administration { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.administration h2 { font-size: 1.0625rem; }
.administration form, .administration p { margin-top: 1rem; }
.members { margin: 0.5rem 0 0; padding: 0; list-style: none; }
.members li { display: flex; justify-content: space-between; gap: 1rem; padding: 0.375rem 0; overflow-wrap: anywhere; }
[role="status"] { color: var(--good); }
[role="alert"] { color: var(--bad); }

.session { margin-top: 1.5rem; }
.session > div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 1rem; padding: 0.75rem 0; border-top: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { overflow-wrap: anywhere; }
dd .quiet { display: block; font-size: 0.875rem; }
code, pre { font: 0.8125rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
details { padding: 0.75rem 0; border-block: 1px solid var(--line); }
.set-password { border-top: 0; }
summary { width: fit-content; color: var(--quiet); cursor: pointer; }
summary:hover { color: var(--ink); }
summary code { color: var(--ink); }
pre { margin-top: 0.75rem; padding: 0.875rem 1rem; border-radius: 0.625rem; background: var(--tint); overflow-x: auto; }

@media (max-width: 30rem) {
  .person { gap: 0.75rem; }
  .session > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media (min-width: 30rem) {
  .actions.beside { grid-template-columns: 1fr 1fr; }
}
`;
