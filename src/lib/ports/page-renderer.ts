import type { RefusalCode } from '../errors/refusal.js';

/** What a page of the login routes has to say, before it is made HTML. */
export type AuthPage = LoginPage | SentPage | ConfirmPage | NoticePage;

/** Asks for an e-mail address: a form with the fields `email` and `return_to`, sent to `action`. */
export interface LoginPage {
  readonly name: 'login';
  readonly action: string;
  readonly returnTo: string;
  /** What was typed, when the form is shown again. */
  readonly email?: string;
  /** What was wrong with it. */
  readonly problem?: Extract<RefusalCode, 'email_missing' | 'email_invalid'>;
}

/** Says that a link is on its way, whether or not the address is known. */
export interface SentPage {
  readonly name: 'sent';
  readonly expiresInMinutes: number;
  /** Whether the link works in this browser only. */
  readonly binding: 'same-browser' | 'any-browser';
  readonly loginPath?: string;
}

/**
 * Asks whether to sign in, where a link works in any browser: a form with the hidden fields `token`
 * and `nonce`, sent to `action`.
 */
export interface ConfirmPage {
  readonly name: 'confirm';
  readonly action: string;
  readonly token: string;
  readonly nonce: string;
  /** Who is signed in in this browser now, and will no longer be; an id where no address is proven. */
  readonly signedInAs?: string;
}

/** Says why something did not work and what to do. */
export interface NoticePage {
  readonly name: 'notice';
  readonly code: RefusalCode;
  readonly message: string;
  readonly loginPath?: string;
}

/** Makes a complete HTML document of a page. Escape every value you put in. */
export type PageRenderer = (page: AuthPage) => string;
