import type { CodePage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { renderForm } from './form.js';
import { formatDuration } from './format-duration.js';
import { html, type Html } from './html.js';

/** Asks for the code that was sent. Does not reveal whether an account exists. */
export function renderCodePage({ form, recipient, expiresInMinutes, resend, loginPath }: CodePage): string {
  const isWrong = form.fields.some(({ problem }) => problem !== undefined);
  const destination = recipient === undefined ? 'you' : html`<strong>${recipient}</strong>`;
  const mustWait = resend.waitSeconds > 0;
  return renderDocument(
    isWrong ? 'Check the code' : 'Enter your code',
    html`<p>
        If ${destination} can be used to sign in, we've sent a code there. It expires after
        ${formatDuration(expiresInMinutes)}.
      </p>
      ${renderForm(form, { id: 'code', hasFocus: true })}
      <div class="resend">
        ${mustWait && renderWait(resend.waitSeconds)}
        ${renderForm(resend.form, { id: 'resend', hasFocus: false, isQuiet: true })}
      </div>
      ${loginPath && html`<p class="after"><a href="${loginPath}">Sign in another way</a></p>`}`,
    mustWait ? waitStyle(resend.waitSeconds) : undefined,
  );
}

/** Browsers that can count down show that instead of the time at which the page was loaded. */
const renderWait = (seconds: number): Html =>
  html`<p class="wait">
    You can request another code in <span class="left"><span>${String(seconds)} seconds</span></span>
  </p>`;

/**
 * Shows the text while the person waits, and the button after that. In CSS, so that it works without scripts;
 * where animations are off, the button is there from the beginning. Screen readers read the text and not the
 * countdown, which would interrupt them every second.
 */
const waitStyle = (seconds: number): Html => ({
  markup: `<style>
@property --left { syntax: "<integer>"; inherits: true; initial-value: 0; }
@keyframes hide { from, to { visibility: hidden; } }
@keyframes show { from, to { visibility: visible; } }
@keyframes count { from { --left: ${seconds}; } to { --left: 0; } }
.resend { display: grid; }
.resend > * { grid-area: 1 / 1; }
.resend > form { animation: hide ${seconds}s; }
.wait { visibility: hidden; margin: auto; padding-top: 1.25rem; animation: show ${seconds}s; }
/* Browsers with this property know @property, for which there is no condition. */
@supports (transition-behavior: allow-discrete) {
  .left { animation: count ${seconds}s steps(${seconds}); font-variant-numeric: tabular-nums; }
  .left > span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .left::after { counter-reset: left var(--left); content: "0:" counter(left, decimal-leading-zero) / ""; }
}
</style>`,
});
