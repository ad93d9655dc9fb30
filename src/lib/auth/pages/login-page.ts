import type { RefusalCode } from '../../errors/refusal.js';
import { html } from './html.js';
import type { Page } from './page.js';

export interface LoginForm {
  /** Path the form is sent to. */
  action: string;
  returnTo: string;
  /** What was typed, when the form is shown again. */
  email?: string;
  fault?: Extract<RefusalCode, 'email_missing' | 'email_invalid'>;
}

const faults: Record<NonNullable<LoginForm['fault']>, string> = {
  email_missing: 'Enter your e-mail address.',
  email_invalid: 'This does not look like an e-mail address.',
};

/** The form that asks for an address. */
export function loginPage({ action, returnTo, email, fault }: LoginForm): Page {
  const marks = fault && html` aria-invalid="true" aria-describedby="fault"`;
  const complaint = fault && html`<p class="wrong" id="fault" role="alert">${faults[fault]}</p>`;
  return {
    title: fault === undefined ? 'Sign in' : 'Sign in: check the address',
    hasForm: true,
    body: html`<form method="post" action="${action}">
      <label for="email">E-mail address</label>
      <input
        id="email"
        name="email"
        type="email"
        autocomplete="email"
        required
        autofocus
        value="${email ?? ''}"
        ${marks}
      />
      ${complaint}
      <input type="hidden" name="return_to" value="${returnTo}" />
      <button>Send me a sign-in link</button>
    </form>`,
  };
}
