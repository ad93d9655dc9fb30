import type { PageRenderer } from '../ports/page-renderer.js';
import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { functionValue, localPath, originList } from './value-checks.js';

/** Pages and redirects of sign-in and sign-out: the option `pages`. */
export interface StytchPagesOptions {
  /**
   * Path of your own login page. It receives the return address as `?return_to=`, and in a B2B project the
   * organization as `?org=`. With `?reason=session_suspended`, the organization of the session is suspended.
   * @default the login form of the package, `GET {routes.path}/login`
   */
  login?: string | undefined;
  /**
   * Path of the page shown after a form requested a link.
   * @default the page of the package, `GET {routes.path}/sent`
   */
  sent?: string | undefined;
  /**
   * In a B2B project, path of your own page on which a person chooses an organization. It gets the choices from
   * `GET {routes.path}/organizations`, and posts to the same path. The person has no session yet: with
   * `protection: 'opt-out'`, mark the page `@Public()`.
   * @default the page of the package, `GET {routes.path}/organizations`
   */
  organizations?: string | undefined;
  /**
   * Path to redirect to after sign-in if no return address was requested.
   * @default '/'
   */
  afterLogin?: string | undefined;
  /**
   * Path to redirect to after a form signed out.
   * @default '/'
   */
  afterLogout?: string | undefined;
  /**
   * Other origins that return addresses may be on, such as a front end on a sibling host. Return
   * addresses are otherwise paths of this application.
   * @default []
   */
  returnOrigins?: readonly string[] | undefined;
  /**
   * A function that renders the pages of the package in your own design or language: it receives an
   * `AuthPage` and returns an HTML document.
   *
   * The package still sets the response headers, including a strict Content-Security-Policy with the
   * hashes of the document's `<style>` elements.
   * @default plain pages in English
   */
  render?: PageRenderer | undefined;
}

export const pageOptions = {
  login: localPath,
  sent: localPath,
  organizations: localPath,
  afterLogin: { ...localPath, default: '/' },
  afterLogout: { ...localPath, default: '/' },
  returnOrigins: { ...originList, default: [] },
  render: { ...functionValue, fix: 'Pass a function that takes the page and returns an HTML document.' },
} satisfies OptionDefinitions<StytchPagesOptions>;

export interface ResolvedPageOptions extends Omit<
  WithDefaults<StytchPagesOptions, typeof pageOptions>,
  'returnOrigins'
> {
  readonly returnOrigins: ReadonlySet<string>;
}

export function resolvePageOptions(options?: StytchPagesOptions): ResolvedPageOptions {
  const { returnOrigins, ...pages } = withDefaults(options, pageOptions);
  return Object.freeze({
    ...pages,
    returnOrigins: new Set(returnOrigins.map((origin) => new URL(origin).origin)),
  });
}
