export const providerStylePath = '/__emulator/oauth/style.css';

/** In addition to the style of all pages, which defines the colors. */
export const providerPageStyle = `
.provider { max-width: 26rem; margin: clamp(0rem, 6vh, 4rem) auto; display: grid; gap: 1rem; justify-items: stretch; }
.provider > .tag { justify-self: start; }
.provider h1 { margin: 0; }
.problem { color: var(--ink); border-left: 3px solid var(--accent); padding-left: 0.75rem; }
.accounts { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 1rem; background: var(--sheet); box-shadow: var(--shadow); overflow: hidden; }
.accounts li + li { border-top: 1px solid var(--line); }
.accounts button { display: flex; align-items: center; gap: 0.875rem; width: 100%; padding: 0.75rem 1rem; border: 0; background: transparent; color: inherit; font: inherit; text-align: left; cursor: pointer; overflow-wrap: anywhere; }
.accounts button:hover { background: var(--tag-ground); }
.accounts button:focus-visible { outline-offset: -3px; }
.accounts .initial { flex: none; }
.other { display: grid; gap: 0.375rem; }
.other label { font-size: 0.9375rem; font-weight: 600; }
.field { display: flex; gap: 0.5rem; }
.field input { flex: 1; min-width: 0; padding: 0.5625rem 0.75rem; border: 1px solid var(--line); border-radius: 0.625rem; background: var(--sheet); color: inherit; font: inherit; }
.provider .field + label { margin-top: 0.375rem; }
.provider form > .button.plain { width: 100%; }
`;
