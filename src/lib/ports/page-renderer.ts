import type { RefusalCode } from '../errors/refusal.js';

/** The content of a page of the login routes. */
export type AuthPage = LoginPage | SentPage | ConfirmPage | NoticePage;

/** Asks for an email address: a form with the fields `email` and `return_to` that posts to `action`. */
export interface LoginPage {
  readonly name: 'login';
  readonly action: string;
  readonly returnTo: string;
  /** The submitted value if the form is shown again. */
  readonly email?: string;
  /** Why the form is shown again. */
  readonly problem?: Extract<RefusalCode, 'email_missing' | 'email_invalid'>;
}

/** Says that a link was sent. Looks the same for unknown email addresses. */
export interface SentPage {
  readonly name: 'sent';
  readonly expiresInMinutes: number;
  /** Whether the link works in this browser only. */
  readonly binding: 'same-browser' | 'any-browser';
  readonly loginPath?: string;
}

/**
 * Asks for confirmation before sign-in with a link that works in any browser: a form with the hidden
 * fields `token` and `nonce` that posts to `action`.
 */
export interface ConfirmPage {
  readonly name: 'confirm';
  readonly action: string;
  readonly token: string;
  readonly nonce: string;
  /**
   * The verified email address, or else the user ID, of the session that this browser has and that the
   * sign-in replaces.
   */
  readonly signedInAs?: string;
}

/** Says what went wrong and what to do. */
export interface NoticePage {
  readonly name: 'notice';
  readonly code: RefusalCode;
  readonly message: string;
  readonly loginPath?: string;
}

/** Renders a page as a complete HTML document. Must escape all values. */
export type PageRenderer = (page: AuthPage) => string;
