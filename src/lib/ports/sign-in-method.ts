import type { B2BClient, Client } from 'stytch';
import type { RefusalCode } from '../errors/refusal.js';
import type { StytchOptionProblem } from '../errors/stytch-options.error.js';
import type { StytchProductName } from './product-name.js';
import type { SignInField, SignInFields } from './sign-in-field.js';
import type { StytchResponse, StytchUnavailable } from './stytch-response.js';

/** The client of Stytch's SDK for either product. */
export type StytchClient = Client | B2BClient;

/** A way to sign in to a consumer project. */
export interface SignInMethod extends SignInSteps {
  /** The product that it is for. */
  readonly product?: 'consumer';
}

/** A way to sign in to a B2B project. */
export interface B2BSignInMethod extends SignInSteps<B2BClient> {
  /** The product that it is for. */
  readonly product: 'b2b';
}

/** A method of either product. It is checked at startup that it is for the product of the project. */
export interface AnySignInMethod extends SignInSteps<StytchClient> {
  readonly product?: StytchProductName;
}

/**
 * A way to sign in, as a plain value. It calls Stytch and knows nothing of HTTP: cross-site checks, limits,
 * the binding to the browser, `onSignIn`, cookies, events and redirects are the same for all methods.
 *
 * It needs `start`, `finish` or `callbacks`; `start` and `finish` are forms, `callbacks` are links back to
 * the application.
 */
export interface SignInSteps<SdkClient extends StytchClient = Client> {
  /**
   * Unique; part of the routes `POST login/{name}/start` and `POST login/{name}/finish`. Lower-case letters,
   * digits and hyphens.
   */
  readonly name: string;
  /** The first step, for example having a code sent or checking a password. */
  readonly start?: SignInStart<SdkClient>;
  /** The second step, for methods whose `start` sends a code. */
  readonly finish?: SignInFinish<SdkClient>;
  /** How the tokens of the callback route complete a sign-in, by `stytch_token_type`. */
  readonly callbacks?: Readonly<Record<string, SignInCallback<SdkClient>>>;
  /** For how long a sign-in that was started can be completed, in minutes. */
  readonly expiresInMinutes: number;
  /** What is wrong with the method's own options, or missing in the module's. Called once, at startup. */
  findProblems?(options: SignInMethodEnvironment): readonly StytchOptionProblem[];
}

/** The options of the module that a method may depend on. */
export interface SignInMethodEnvironment {
  /** The option `publicToken`. */
  readonly publicToken: string | undefined;
}

/** Whether the sign-in page shows the method or links to it. */
export const isOnLoginPage = ({ start }: AnySignInMethod): boolean =>
  start !== undefined && start.isHidden !== true;

/** Whether a link or a provider leads back to where only the browser that started the sign-in can complete it. */
export const hasBoundCallback = ({ callbacks = {} }: AnySignInMethod): boolean =>
  Object.values(callbacks).some(({ binding }) => binding !== 'any-browser');

/** The first step of a sign-in method: a form, and what its fields start. */
export interface SignInStart<SdkClient extends StytchClient = Client> {
  /** What the form asks for. */
  readonly fields: readonly SignInField[];
  /** The text of the form's button. Not shown if a field is a choice. */
  readonly button: string;
  /** The title of the page that shows this form alone, `GET login/{name}/start`. Default: `Sign in`. */
  readonly title?: string;
  /**
   * The text of the link to that page. The sign-in page shows the form of the first method and those with
   * choices only, and links to the others. Default: the text of the button.
   */
  readonly link?: string;
  /** The name of the method whose form the link belongs to. It is shown only with that form. */
  readonly linkedFrom?: string;
  /** Whether the sign-in page leaves the form out. */
  readonly isHidden?: boolean;
  /**
   * In B2B projects: Stytch's name of the method in the `allowed_auth_methods` of an organization, such as
   * `magic_link`. The sign-in page of an organization that does not allow it leaves the form out.
   */
  readonly authMethod?: string;
  /** Whether the browser must have a session, which the method adds a factor to. */
  readonly requiresSession?: boolean;
  /** Called after the fields were read and counted, and before the sign-in is bound to the browser. */
  run(fields: SignInFields, call: StartCall<SdkClient>): Promise<StartResult>;
}

/** The second step of a sign-in method: a form for what the person was sent. */
export interface SignInFinish<SdkClient extends StytchClient = Client> {
  /** What the form asks for. */
  readonly fields: readonly SignInField[];
  /** The text of the form's button. */
  readonly button: string;
  /** Called only in the browser that started the sign-in. */
  run(fields: SignInFields, call: FinishCall<SdkClient>): Promise<FinishResult>;
}

/** How one type of token that leads back to the application completes a sign-in. */
export interface SignInCallback<SdkClient extends StytchClient = Client> {
  /**
   * Where its links work:
   *
   * - `same-browser`: only in the browser that started the sign-in, which proves it with PKCE.
   * - `any-browser`: in every browser, after confirmation on a page.
   * - `either`: with PKCE in the browser that started it; links without PKCE after confirmation.
   */
  readonly binding: 'same-browser' | 'any-browser' | 'either';
  /**
   * What leads to it: a link in a message, or a provider that redirects the browser back. Decides what
   * refusals say.
   * @default 'link'
   */
  readonly from?: 'link' | 'provider';
  /**
   * Stytch's name of the factor that it adds, for example `magic_link`. If this browser got that factor within the
   * last minute, a link that is refused as used redirects to `pages.afterLogin` instead: the person clicked it twice.
   * Leave it out if `fields` have to be saved.
   */
  readonly factor?: string;
  /** What the page asks for before the token is used, for example a new password. */
  readonly fields?: readonly SignInField[];
  /** The text of the page's button. Default: `Sign in`. */
  readonly button?: string;
  /** @param token the `token` of the callback, not verified */
  run(token: string, fields: SignInFields, call: FinishCall<SdkClient>): Promise<FinishResult | UnboundToken>;
}

/** The result of the first step of a sign-in method. */
export type StartResult =
  /**
   * A link or a code was sent, or none, if the response must not tell. `sealed` is kept for `finish`,
   * encrypted in a cookie: up to 128 bytes. Pass one even if no code was sent.
   */
  | { readonly kind: 'sent'; readonly sealed?: string }
  /** The browser continues at another site, which leads back to the callback route. */
  | { readonly kind: 'redirect'; readonly url: string }
  | FinishResult;

/** The result of the step of a sign-in method that completes it. */
export type FinishResult = AuthenticatedResult | DiscoveredResult | RefusedResult | StytchUnavailable;

/** In B2B projects: the person proved an address and chooses an organization next. */
export interface DiscoveredResult {
  readonly kind: 'discovered';
  /** Stytch's response: has `intermediate_session_token` and `discovered_organizations`. */
  readonly body: unknown;
}

/** Stytch's response to an `authenticate` operation. */
export interface AuthenticatedResult {
  readonly kind: 'ok';
  /**
   * Has `session_jwt` and `session_token`. In B2B projects it may be incomplete instead: with
   * `member_authenticated: false` the person is asked for what is missing.
   */
  readonly body: unknown;
  /** For `onSignIn` only. */
  readonly details?: SignInMethodDetails;
}

/** What a method tells `onSignIn` besides the session. */
export interface SignInMethodDetails {
  /** The provider's response to an OAuth sign-in, with its tokens. */
  readonly providerValues?: Readonly<Record<string, unknown>>;
}

/** The method refuses, for example because a code is wrong. */
export interface RefusedResult {
  readonly kind: 'refused';
  /** Decides status and message of the response. */
  readonly code: RefusalCode;
  /** The field that is wrong. The form is then shown again. */
  readonly field?: string;
  /** Replaces the message of the code. */
  readonly message?: string;
  /** Stytch's response, if it started a session nevertheless. The session is revoked. */
  readonly body?: unknown;
}

/** The token was started without PKCE, and not consumed: the person has to confirm first. */
export interface UnboundToken {
  readonly kind: 'unbound';
}

/** What every step of a method gets from the package. */
export interface SignInCall<SdkClient extends StytchClient = Client> {
  /**
   * Calls Stytch, with the package's deadline, queue and rate-limit pauses. Never rejects: a failure is a
   * value.
   * @param operation its name in the log, for example `otps/authenticate`
   */
  stytch<Body>(
    operation: string,
    send: (client: SdkClient) => Promise<Body>,
    settings?: SignInCallSettings,
  ): Promise<StytchResponse<Body>>;
  /** For `authenticate` operations: the length of the session, its claims, and the session to add a factor to. */
  readonly sessionParameters: SessionParameters;
  /**
   * In B2B projects: the organization to sign in to, by its slug or id, which Stytch both accepts as
   * `organization_id`. It may not exist, which the response must not tell. Undefined if the person chooses one
   * after signing in.
   */
  readonly organization: string | undefined;
}

/** What the first step of a method gets from the package. */
export interface StartCall<SdkClient extends StytchClient = Client> extends SignInCall<SdkClient> {
  /** The redirect URL of links, which leads to the callback route. */
  readonly callbackUrl: string;
  /** The PKCE code challenge of this browser (RFC 7636 section 4.2). */
  readonly codeChallenge: string;
  /** The option `projectId`. */
  readonly projectId: string;
  /** The option `publicToken`. */
  readonly publicToken: string | undefined;
  /** The origin of Stytch's API, for URLs that the browser opens. */
  readonly apiUrl: string;
}

/** What the step that completes a method gets from the package. */
export interface FinishCall<SdkClient extends StytchClient = Client> extends SignInCall<SdkClient> {
  /** The PKCE code verifier; undefined if this browser did not start the sign-in, or need not have. */
  readonly codeVerifier: string | undefined;
  /** What `start` sealed. */
  readonly sealed: string | undefined;
  /** The email address or phone number that this browser started the sign-in with. */
  readonly recipient: string | undefined;
}

/** Settings for one call to Stytch. */
export interface SignInCallSettings {
  /** Whether Stytch's limit is one per recipient: a 429 then says nothing about other people. */
  readonly isLimitedPerAddress?: boolean;
  /**
   * Whether the operation checks a password. Stytch then rejects a wrong one like a wrong `secret` of this
   * application, with `unauthorized_credentials`, which is taken for a wrong password.
   */
  readonly checksPassword?: boolean;
  /**
   * The largest response that is read, in bytes.
   * @default 262144
   */
  readonly maxBodyBytes?: number;
}

/** Parameters of Stytch's `authenticate` operations, with Stytch's names. Spread them into the call. */
export interface SessionParameters {
  /** The option `session.durationMinutes`. */
  readonly session_duration_minutes: number;
  /** Present with `session.accept: 'own'`. */
  readonly session_custom_claims?: Readonly<Record<string, string>>;
  /** Present when a factor is added to the session of this browser. */
  readonly session_jwt?: string;
  /** In B2B projects: present when an incomplete sign-in is continued. */
  readonly intermediate_session_token?: string;
}
