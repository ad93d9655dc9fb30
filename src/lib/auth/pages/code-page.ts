import type { CodePage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { renderForm } from './form.js';
import { formatDuration } from './format-duration.js';
import { html, type Html } from './html.js';

/** Asks for the code that was sent. Does not reveal whether an account exists. */
export function renderCodePage({ form, recipient, expiresInMinutes, resend, loginPath }: CodePage): string {
  const isWrong = form.fields.some(({ problem }) => problem !== undefined);
  const destination = recipient === undefined ? 'you' : html`<strong>${recipient}</strong>`;
  return renderDocument(
    isWrong ? 'Check the code' : 'Enter your code',
    html`<p>
        If ${destination} can be used to sign in, we've sent a code there. It expires after
        ${formatDuration(expiresInMinutes)}.
      </p>
      ${renderForm(form, { id: 'code', hasFocus: true })}
      <div class="resend">${renderForm(resend.form, { id: 'resend', hasFocus: false, isQuiet: true })}</div>
      ${loginPath && html`<p class="after"><a href="${loginPath}">Sign in another way</a></p>`}`,
    hideResendFor(resend.waitSeconds),
  );
}

/** In CSS, so that it works without scripts. */
const hideResendFor = (seconds: number): Html => ({
  markup: `<style>@keyframes wait { from, to { visibility: hidden; } } .resend { animation: wait ${seconds}s; }</style>`,
});
