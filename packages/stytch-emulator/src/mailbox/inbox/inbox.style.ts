/** In addition to the style of all pages. */
export const inboxStyle = `
.inbox main { max-width: none; padding: 0; }
.inbox h1 { font-size: 1.25rem; }
.inbox h1 a { color: inherit; text-decoration: none; }
.inbox header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.625rem 1rem;
  padding: 0.75rem 1rem;
  border-bottom: 1px solid var(--line);
  background: var(--sheet);
}
.name { display: flex; align-items: baseline; gap: 0.625rem; }
.name .quiet { font-size: 0.875rem; }
.clock { display: none; font-size: 0.8125rem; white-space: nowrap; }
.unit { display: none; }
.tools { display: flex; gap: 0.5rem; margin-left: auto; }
.search { flex: 1 0 100%; order: 1; }
.search input {
  width: 100%;
  padding: 0.4375rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.625rem;
  background: var(--ground);
  color: inherit;
  font: inherit;
  font-size: 0.9375rem;
}
.search input::placeholder { color: var(--quiet); opacity: 1; }
.none { padding: 1.5rem 1rem; }

.messages { list-style: none; }
.message { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 3.875rem; }
.message > a {
  display: grid;
  grid-template-columns: 1.25rem minmax(0, 1fr) auto;
  gap: 0 0.75rem;
  align-items: center;
  padding: 0.5625rem 1rem;
  color: inherit;
  text-decoration: none;
}
.message > a:hover { background: var(--tag-ground); }
.message > a:focus-visible { outline-offset: -3px; border-radius: 0.625rem; }
.channel { width: 1.25rem; height: 1.25rem; color: var(--accent); fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.message .to, .message .title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.message .to { font-size: 0.9375rem; font-weight: 600; }
.message time, .message .state { justify-self: end; color: var(--quiet); font-size: 0.8125rem; white-space: nowrap; }
.message .title { grid-column: 2; color: var(--quiet); font-size: 0.875rem; }
.message code { justify-self: end; font-size: 0.875rem; font-weight: 600; letter-spacing: 0.04em; }
.spent .to { font-weight: 400; color: var(--quiet); }
.spent .channel { color: var(--quiet); }

.reader { position: relative; max-width: 46rem; }
.bar { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 0.75rem 1rem 0; }
.back { padding: 0.25rem 0; font-size: 0.9375rem; text-decoration: none; }
article { padding: 0.75rem 1rem 2.5rem; }
article h2 { font-size: 1.375rem; letter-spacing: -0.01em; }
.meta { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.875rem; margin-top: 0.25rem; }
.meta .to { color: var(--ink); overflow-wrap: anywhere; }
.letter, .bubble { margin-top: 1.25rem; border: 1px solid var(--line); background: var(--sheet); box-shadow: var(--shadow); overflow-wrap: anywhere; }
.letter { display: grid; gap: 1.125rem; padding: 2rem clamp(1.25rem, 5vw, 3rem); border-radius: 1rem; text-align: center; }
.letter .button { padding: 0.6875rem 1.5rem; }
.passcode { font: 600 2rem/1.2 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: 0.16em; text-indent: 0.16em; user-select: all; }
.bubble { width: fit-content; max-width: 26rem; padding: 0.75rem 1rem; border-radius: 1.125rem 1.125rem 1.125rem 0.25rem; }
.bubble.whatsapp { background: var(--good-ground); border-color: transparent; box-shadow: none; }
.values { margin-top: 1.25rem; gap: 0; padding: 0; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--sheet); }
.values div { grid-template-columns: 4.5rem minmax(0, 1fr); gap: 0.75rem; align-items: center; padding: 0.5rem 0.5rem 0.5rem 1rem; }
.values div + div { border-top: 1px solid var(--line); }
.values dt { font-size: 0.875rem; }
.values dd { display: flex; align-items: center; justify-content: space-between; gap: 0.75rem; }
.values code, .environment { user-select: all; }
.values code { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.values code:focus, .values code:active { white-space: normal; overflow-wrap: anywhere; }
.copy { flex: none; }
article details { margin-top: 1rem; }
article details dl div { grid-template-columns: 7rem minmax(0, 1fr); }

.empty { max-width: 46rem; padding: 2.5rem clamp(1rem, 5vw, 3rem); }
.empty svg { display: block; color: var(--accent); margin-bottom: 0.875rem; }
.empty h2 { font-size: 1.25rem; }
.empty p { margin-top: 0.5rem; }
.empty .quiet { margin-top: 1.25rem; }
.environment { margin-top: 0.75rem; }
.below { display: flex; align-items: center; justify-content: space-between; gap: 1rem; margin-top: 0.625rem; }
.below .quiet { margin: 0; font-size: 0.875rem; }

.dialog {
  width: min(44rem, calc(100vw - 2rem));
  padding: 1.5rem;
  border: 1px solid var(--line);
  border-radius: 1rem;
  background: var(--sheet);
  color: inherit;
  box-shadow: 0 1rem 3rem rgb(0 0 0 / 25%);
}
.dialog::backdrop { background: rgb(0 0 0 / 40%); }
#clear { width: min(24rem, calc(100vw - 2rem)); }
.dialog h2 + .quiet { margin-top: 0.375rem; }
.actions { display: flex; justify-content: flex-end; gap: 0.625rem; margin-top: 1.25rem; }

@media (max-width: 55.99rem) {
  .inbox:not(.reading) #pane:not(:has(.empty)) { display: none; }
  .inbox:has(.empty) #list { display: none; }
  .reading #list, .reading .search { display: none; }
}
@media (min-width: 56rem) {
  .inbox main { display: grid; grid-template: auto minmax(0, 1fr) / 23rem minmax(0, 1fr); height: 100dvh; }
  .inbox header { grid-column: 1 / -1; flex-wrap: nowrap; padding-inline: 1rem 1.5rem; }
  .name { flex: 0 0 calc(22rem - 1rem); }
  .unit { display: inline; }
  .message.selected > a { background: var(--selected); box-shadow: inset 3px 0 var(--accent); }
  .search { flex: 1 1 12rem; max-width: 30rem; order: 0; }
  #list { overflow-y: auto; border-right: 1px solid var(--line); background: var(--sheet); }
  #pane { overflow-y: auto; }
  .bar { position: absolute; top: 1.25rem; right: 2rem; padding: 0; }
  .back { display: none; }
  article { padding: 1.5rem 2rem 3rem; }
  article h2 { padding-right: 6rem; }
}
@media (min-width: 72rem) {
  .clock { display: block; }
  .inbox .tools { margin-left: 0; }
  .clock { margin-left: auto; }
}
@media (scripting: none) {
  .copy { display: none; }
  .values code { white-space: normal; overflow-wrap: anywhere; }
}
@media (prefers-reduced-motion: no-preference) {
  .message.fresh { animation: arrive 0.6s ease-out; }
  @keyframes arrive { from { background: var(--good-ground); } }
}
`;
