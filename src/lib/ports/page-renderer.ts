import type { RefusalCode } from '../errors/refusal.js';
import type { SignInField } from './sign-in-field.js';

/** The content of a page of the login routes. */
export type AuthPage =
  LoginPage | SentPage | CodePage | RedirectPage | ConfirmPage | OrganizationsPage | SwitchPage | NoticePage;

/** A form that posts its fields and the hidden ones to `action`. */
export interface PageForm {
  readonly action: string;
  readonly fields: readonly PageField[];
  /** Values of hidden fields by name. */
  readonly hidden: Readonly<Record<string, string>>;
  /** The text of the button. Not needed if a field is a choice, which has a button for each value. */
  readonly button: string;
}

/** A field of a form on a page. */
export type PageField = SignInField & {
  /** The submitted value if the form is shown again. Never a password or a code. */
  readonly value?: string;
  /** Why the form is shown again. */
  readonly problem?: PageProblem;
};

/** Why a form is shown again. */
export interface PageProblem {
  readonly code: RefusalCode;
  readonly message: string;
}

/** Shows the methods that are switched on, or one of them alone. */
export interface LoginPage {
  readonly name: 'login';
  /** Default: `Sign in`. */
  readonly title?: string;
  /** What to know before the forms, for example that an organization requires one of these methods. */
  readonly text?: string;
  readonly forms: readonly LoginForm[];
  /** Pages that show one method alone, such as `Forgot your password?`, or the way back. */
  readonly links: readonly PageLink[];
}

/** A link on a page. */
export interface PageLink {
  readonly text: string;
  readonly path: string;
}

/** The form of one sign-in method. */
export interface LoginForm extends PageForm {
  /** Name of the method. */
  readonly method: string;
}

/** Says that a link was sent. Looks the same for unknown email addresses. */
export interface SentPage {
  readonly name: 'sent';
  readonly expiresInMinutes: number;
  /** Whether the link works in this browser only. */
  readonly binding: 'same-browser' | 'any-browser';
  readonly loginPath?: string;
}

/** Asks for the code that was sent. Looks the same for unknown recipients. */
export interface CodePage {
  readonly name: 'code';
  /** Name of the method. */
  readonly method: string;
  readonly form: PageForm;
  /** The email address as the person typed it, or the phone number in E.164 format. */
  readonly recipient?: string;
  readonly expiresInMinutes: number;
  /** Sends another code. Show it after `waitSeconds`. */
  readonly resend: { readonly form: PageForm; readonly waitSeconds: number };
  readonly loginPath?: string;
}

/**
 * Continues at another site, such as an OAuth provider, for example with `<meta http-equiv="refresh">` and a
 * link. A page and no redirect, because browsers apply `form-action` to the redirects of a form.
 */
export interface RedirectPage {
  readonly name: 'redirect';
  readonly url: string;
}

/** Asks for confirmation before sign-in with a link that works in any browser, or for a new password. */
export interface ConfirmPage {
  readonly name: 'confirm';
  /** Name of the method. */
  readonly method: string;
  /** Stytch's `stytch_token_type`, for example `magic_links` or `impersonation`. */
  readonly tokenType: string;
  readonly form: PageForm;
  /**
   * The verified email address, or else the user ID, of the session that this browser has and that the
   * sign-in replaces.
   */
  readonly signedInAs?: string;
}

/** In B2B projects: asks which organization to enter. */
export interface OrganizationsPage {
  readonly name: 'organizations';
  /** Has a button for each organization. Absent if there is none. */
  readonly enter?: PageForm;
  /** Asks for the name of a new organization. Absent if the person can't create one. */
  readonly create?: PageForm;
  readonly loginPath?: string;
}

/**
 * Asks whether to switch to the organization that a page belongs to. Shown to members of other organizations,
 * and the same whether or not the organization exists.
 */
export interface SwitchPage {
  readonly name: 'switch';
  /** Its slug or id, as the address of the page names it. */
  readonly organization: string;
  readonly form: PageForm;
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
