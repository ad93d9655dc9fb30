import { Inject, Injectable } from '@nestjs/common';
import { StytchEvents } from '../events/stytch-events.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { OrganizationHosts } from '../http/organization-hosts.js';
import { requestTarget } from '../http/page-navigation.js';
import type { Session } from '../identity/session.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isRecipient, type SignInField, type SignInFields } from '../ports/sign-in-field.js';
import {
  hasBoundCallback,
  type AnySignInMethod,
  type FinishCall,
  type FinishResult,
  type StytchClient,
  type UnboundToken,
} from '../ports/sign-in-method.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { ResultCookies } from '../session/result-cookies.js';
import { refusalForResult } from '../session/session-result.js';
import type { VerifiedJwt } from '../session/verify/verified-jwt.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { ConfirmNonces } from './confirm-nonce.js';
import { IntermediateSessions } from './intermediate-sessions.js';
import { isPrefetch } from './prefetch.js';
import { isCallbackToken, readCallback, type CallbackToken } from './read-callback.js';
import { readFields, type InvalidField } from './read-fields.js';
import { hasRecentFactor } from './recent-factor.js';
import { requireFinishResult, requireStartResult } from './require-method-result.js';
import { refused, refusedAsUnavailable } from './refused.js';
import { SignInBindings, type StartedSignIn, type SignInBinding } from './sign-in-binding.js';
import { SignInCalls } from './sign-in-calls.js';
import { SignInLimits } from './sign-in-limits.js';
import {
  SignInMethods,
  type CallbackHandler,
  type FinishableMethod,
  type StartableMethod,
} from './sign-in-methods.js';
import { SignInOrganizations } from './sign-in-organizations.js';
import {
  StartSession,
  type Completion,
  type RefusedSignIn,
  type StartSessionResult,
} from './start-session.js';

/** The person is signed in: the session cookies are set on the response. */
export interface SignedInResult {
  readonly kind: 'signed_in';
  readonly session: Session;
  /** Where to go: a path of this application, or a URL on an origin that `pages.returnOrigins` or `organizations.tenant` allows. */
  readonly returnTo: string;
}

/** In B2B projects: the person proved an address, and chooses an organization next. Nobody is signed in yet. */
export interface ChooseOrganization {
  readonly kind: 'choose_organization';
  readonly returnTo: string;
}

/** The result of the first step of a method. */
export type SignInStartResult =
  /** A link or a code was sent, or the response must not tell that none was. */
  | { readonly kind: 'sent' }
  /** Redirect the browser to `url`. */
  | { readonly kind: 'redirect'; readonly url: string }
  | SignedInResult
  | ChooseOrganization
  | RefusedSignIn;

/** The result of a second step. */
export type SignInFinishResult = SignedInResult | ChooseOrganization | RefusedSignIn;

/** The result of `SignIn.complete()` and `SignIn.confirm()`. */
export type SignInResult =
  | SignedInResult
  | ChooseOrganization
  /** This browser already has a session: the token was not consumed, or was used by it moments ago. */
  | { readonly kind: 'already_signed_in'; readonly session: Session; readonly returnTo: string }
  | ConfirmationRequired
  /** The token was not consumed: the browser loads the link in advance, or as part of a page. */
  | { readonly kind: 'prefetch' }
  | RefusedSignIn;

/** The token was not consumed: ask the person first, then pass these values to `confirm`. */
export interface ConfirmationRequired {
  readonly kind: 'confirmation_required';
  readonly token: string;
  /** Stytch's `stytch_token_type`, for example `magic_links`. */
  readonly tokenType: string;
  /** Name of the method. */
  readonly method: string;
  readonly nonce: string;
  /** What to ask for besides confirmation, for example a new password. */
  readonly fields: readonly SignInField[];
  /** The session that this browser has now, and that signing in replaces. */
  readonly session?: Session;
}

/** What `SignIn.start()` gets besides the method, the request and the response. */
export interface SignInStartRequest {
  /** The fields as the client sent them. */
  readonly fields: unknown;
  /** Where to go after signing in, as the client sent it; unsafe addresses are replaced by the default. */
  readonly returnTo?: unknown;
  /** Whether to add a factor to the session that this browser has, instead of starting a new one. */
  readonly addFactor?: boolean;
  /**
   * In B2B projects: slug or id of the organization to sign in to, as the client sent it.
   * @default the person chooses one after signing in
   */
  readonly organization?: unknown;
  /** Whether to continue the incomplete sign-in of this browser, see `primary_factor_required`. */
  readonly continueSignIn?: boolean;
  /**
   * The redirect URL of links, as registered at Stytch.
   * @default the package's `authenticate` route; required with `routes: false`
   */
  readonly callbackUrl?: string;
}

/** What `SignIn.confirm()` gets: the values of `ConfirmationRequired`, as the client sent them. */
export interface ConfirmRequest {
  readonly token: unknown;
  readonly tokenType: unknown;
  readonly nonce: unknown;
  /** The values of the fields that `ConfirmationRequired` asks for. */
  readonly fields: unknown;
}

/** The steps of signing in, the same for every method. Requests from other sites are refused before. */
@Injectable()
export class SignInPipeline {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly methods: SignInMethods,
    private readonly limits: SignInLimits,
    private readonly bindings: SignInBindings,
    private readonly calls: SignInCalls,
    private readonly startSession: StartSession,
    private readonly nonces: ConfirmNonces,
    private readonly authenticator: RequestAuthenticator,
    private readonly cookies: ResultCookies,
    private readonly organizations: SignInOrganizations,
    private readonly intermediateSessions: IntermediateSessions,
    private readonly routes: ApplicationRoutes,
    private readonly hosts: OrganizationHosts,
    private readonly events: StytchEvents,
  ) {}

  /** The first step: read the fields → check the host → count → `method.start` → bind to the browser. */
  async start(
    exchange: HttpExchange,
    method: StartableMethod,
    startRequest: SignInStartRequest,
  ): Promise<SignInStartResult> {
    const { start } = method;
    const { callbackUrl, returnTo } = startRequest;
    const addFactor = startRequest.addFactor === true || start.requiresSession === true;
    const read = await readFields(start.fields, startRequest.fields);
    if (read.kind === 'invalid') return refusedField(read);
    const named = addFactor ? ofSession : this.organizations.read(startRequest.organization);
    if (named.kind === 'invalid') {
      const { areRequired } = this.organizations;
      return areRequired ? refusedField({ ...named, field: organizationField }) : refused(named.code);
    }
    // Not counted: the person starts again at the right host.
    if (hasBoundCallback(method) && this.hosts.isApartFrom(callbackUrl ?? this.routes.callbackUrl, exchange))
      return refused('sign_in_host_refused');
    const recipient = recipientIn(start.fields, read.fields);
    const exceeded = await this.limits.countStart(exchange, recipient);
    if (exceeded !== undefined) return exceeded;
    const added = addFactor ? await this.requireSession(exchange) : undefined;
    if (added?.kind === 'refused') return added;

    const addTo = added?.verified;
    const organization = addTo === undefined ? named.organization : organizationIdOf(addTo);
    const binding = this.bindings.create(exchange.request, {
      method: method.name,
      recipient,
      returnTo,
      addToSessionId: addTo?.session.sessionId,
      organization,
      isContinued: startRequest.continueSignIn === true,
    });
    const { codeVerifier } = binding;
    const settings = { ...this.settingsOf(exchange, binding, addTo), codeVerifier, callbackUrl };
    const call = this.calls.forStart(settings);
    this.events.emit({ type: 'sign_in_started', method: method.name }, exchange);
    const result = requireStartResult(await start.run(read.fields, call), method);
    // A refused start leaves no trace: neither makes a wrong password the browser known to the limits, nor
    // does a failed resend void the code before.
    switch (result.kind) {
      case 'sent':
        this.bindings.write(exchange.response, binding, result.sealed);
        return { kind: 'sent' };
      case 'redirect':
        this.bindings.write(exchange.response, binding);
        return { kind: 'redirect', url: result.url };
      case 'unavailable':
        // The link may have been sent nevertheless.
        if (sendsLinks(method)) this.bindings.write(exchange.response, binding);
        return refusedAsUnavailable(result);
      default: {
        const purpose = { method: method.name, addTo };
        return this.conclude(exchange, binding, await this.startSession.startWith(exchange, result, purpose));
      }
    }
  }

  /** The second step of a method that sends a code: bound → count → `method.finish`. */
  async finish(
    exchange: HttpExchange,
    method: FinishableMethod,
    { fields: given }: { readonly fields: unknown },
  ): Promise<SignInFinishResult> {
    const read = await readFields(method.finish.fields, given);
    if (read.kind === 'invalid') return refusedField(read);
    const binding = this.startedIn(exchange, method);
    if (binding === undefined) return refused('sign_in_not_started');
    const added = await this.sessionToAddTo(exchange, binding, method);
    if (added?.kind === 'refused') return added;

    const { id, recipient, sealed } = binding.state;
    const addTo = added?.verified;
    const { codeVerifier } = binding;
    const settings = { ...this.settingsOf(exchange, binding, addTo), codeVerifier, sealed, recipient };
    const call = this.calls.forFinish(settings);
    const result = await this.startSession.complete(exchange, {
      method: method.name,
      addTo,
      key: [method.name, id, ...Object.values(read.fields)],
      count: async () => {
        const exceeded = await this.limits.countGuess(exchange, { id, recipient });
        return exceeded && atFirstField(exceeded, method.finish.fields);
      },
      finish: async () =>
        this.enterOnly(requireFinishResult(await method.finish.run(read.fields, call), method), call),
    });
    if (result.kind === 'unbound') return refused('sign_in_not_started');
    return this.conclude(exchange, binding, result);
  }

  /** The callback of a link or a provider: prefetch check → bound, or confirmed → count → the method. */
  async complete(exchange: HttpExchange): Promise<SignInResult> {
    const { request } = exchange;
    if (isPrefetch(request)) return { kind: 'prefetch' };
    const callback = readCallback(requestTarget(request));
    if (callback.kind === 'invalid') return refused(this.methods.refusalCodeOf(callback));
    const handler = this.methods.handlerOf(callback.tokenType);
    if (handler === undefined) return refused('link_invalid');

    const binding = this.bindings.read(request);
    const { binding: required, fields = [] } = handler.callback;
    if (required === 'any-browser') return this.requireConfirmation(exchange, handler, callback);
    if (binding === undefined) return this.handleUnbound(exchange, handler, callback);
    if (fields.length > 0) return this.requireConfirmation(exchange, handler, callback);
    const result = await this.completeCallback(exchange, handler, { ...callback, fields: {} }, binding);
    if (result.kind === 'unbound') return this.requireConfirmation(exchange, handler, callback);
    return this.unlessClickedTwice(exchange, handler, result);
  }

  /** The form of the confirm page: nonce → the fields → count → the method. */
  async confirm(
    exchange: HttpExchange,
    { token, tokenType, nonce, fields: given }: ConfirmRequest,
  ): Promise<SignInResult> {
    const submitted = this.readSubmitted(token, tokenType);
    if (submitted === undefined) return refused('link_invalid');
    const { handler, callback } = submitted;
    if (!this.nonces.isValid(exchange.request, nonce)) return refused('link_not_confirmed');
    const { binding: required, fields = [] } = handler.callback;
    const read = await readFields(fields, given);
    if (read.kind === 'invalid') return refusedField(read);
    // A token that works in any browser is sent without the code verifier of this one.
    const binding = required === 'same-browser' ? this.bindings.read(exchange.request) : undefined;
    if (required === 'same-browser' && binding === undefined) return unbound(handler);

    const confirmed = { ...callback, nonce, fields: read.fields };
    const result = await this.completeCallback(exchange, handler, confirmed, binding);
    if (result.kind === 'unbound') return unbound(handler);
    if (result.kind === 'signed_in') this.nonces.clear(exchange.response);
    return this.unlessClickedTwice(exchange, handler, result);
  }

  /** What the confirm page shows again after a field was wrong. The token was not consumed. */
  async confirmAgain(
    exchange: HttpExchange,
    { token, tokenType }: ConfirmRequest,
  ): Promise<ConfirmationRequired | undefined> {
    const submitted = this.readSubmitted(token, tokenType);
    return submitted && this.requireConfirmation(exchange, submitted.handler, submitted.callback);
  }

  /** The token that the confirm page submitted, and how it completes a sign-in. */
  private readSubmitted(
    token: unknown,
    tokenType: unknown,
  ): { readonly handler: CallbackHandler; readonly callback: CallbackToken } | undefined {
    if (!isCallbackToken(token) || typeof tokenType !== 'string') return undefined;
    const handler = this.methods.handlerOf(tokenType);
    return handler && { handler, callback: { token, tokenType } };
  }

  private async completeCallback(
    exchange: HttpExchange,
    { method, callback }: CallbackHandler,
    { token, tokenType, nonce, fields }: ConfirmedToken,
    binding: SignInBinding | undefined,
  ): Promise<SignInFinishResult | UnboundToken> {
    // Also for links that work in any browser: this one may have started it to add a factor.
    const started = binding ?? this.bindings.read(exchange.request);
    const added = await this.sessionToAddTo(exchange, started, method);
    if (added?.kind === 'refused') return added;
    const addTo = added?.verified;
    const codeVerifier = binding?.codeVerifier;
    const call = this.calls.forFinish({
      ...this.settingsOf(exchange, started, addTo),
      codeVerifier,
      sealed: binding?.state?.sealed,
      recipient: binding?.state?.recipient,
    });
    const result = await this.startSession.complete(exchange, {
      method: method.name,
      addTo,
      key: [tokenType, token, codeVerifier ?? nonce ?? '', ...Object.values(fields)],
      count: () => this.limits.countOpenedLink(exchange),
      finish: async () =>
        this.enterOnly(requireFinishResult(await callback.run(token, fields, call), method), call),
    });
    return result.kind === 'unbound' ? result : this.conclude(exchange, started, result);
  }

  /**
   * Completes a sign-in without a method: with a session or an intermediate session, which Stytch exchanges for
   * a session in an organization.
   */
  async exchange(
    exchange: HttpExchange,
    completion: Omit<Completion, 'addTo'>,
    returnTo?: string,
  ): Promise<SignInFinishResult> {
    const result = await this.startSession.complete(exchange, { ...completion, addTo: undefined });
    if (result.kind === 'unbound') return refused('sign_in_not_started');
    return this.conclude(exchange, this.bindings.read(exchange.request), result, returnTo);
  }

  private async enterOnly(
    result: FinishResult | UnboundToken,
    call: FinishCall<StytchClient>,
  ): Promise<FinishResult | UnboundToken> {
    return result.kind === 'discovered' ? this.organizations.enterOnly(result, call) : result;
  }

  private conclude(
    { response }: HttpExchange,
    binding: SignInBinding | undefined,
    result: Exclude<StartSessionResult, UnboundToken>,
    returnTo = binding?.returnTo ?? this.options.pages.afterLogin,
  ): SignInFinishResult {
    switch (result.kind) {
      case 'refused':
        return result;
      case 'discovered':
        // The binding has the return address for after the choice.
        return { kind: 'choose_organization', returnTo };
      case 'started':
        this.bindings.clear(response);
        return this.signedIn(result.session, returnTo);
    }
  }

  /** @param returnTo a safe address */
  signedIn(session: Session, returnTo = this.options.pages.afterLogin): SignedInResult {
    return { kind: 'signed_in', session, returnTo: this.hosts.addressFor(session, returnTo) };
  }

  /** What the steps of a method get of a sign-in that this browser started. */
  private settingsOf(
    { request }: HttpExchange,
    binding: SignInBinding | undefined,
    addTo: VerifiedJwt | undefined,
  ) {
    const { organization, isContinued = false } = binding?.state ?? {};
    return {
      addToJwt: addTo?.jwt,
      organization,
      intermediateSessionToken: isContinued ? this.intermediateSessions.read(request) : undefined,
    };
  }

  /** The binding of a sign-in with this method that this browser started and can still complete. */
  startedIn(
    { request }: HttpExchange,
    { name, expiresInMinutes }: AnySignInMethod,
  ): StartedSignIn | undefined {
    const binding = this.bindings.read(request);
    if (binding?.state?.method !== name) return undefined;
    const isExpired = binding.state.startedAtMs + expiresInMinutes * 60_000 <= this.options.clock.nowMs();
    return isExpired ? undefined : { ...binding, state: binding.state };
  }

  /** If the sign-in was started to add a factor: the session, which must be the same as then. */
  private async sessionToAddTo(
    exchange: HttpExchange,
    binding: SignInBinding | undefined,
    { name }: AnySignInMethod,
  ): Promise<SessionToAddTo | RefusedSignIn | undefined> {
    const { state } = binding ?? {};
    if (state?.addToSessionId === undefined || state.method !== name) return undefined;
    const current = await this.requireSession(exchange);
    const isSame = current.kind === 'refused' || current.verified.session.sessionId === state.addToSessionId;
    return isSame ? current : refused('factor_not_added');
  }

  /** Why this browser can't start the method, if it needs a session to start. */
  async refusalToStart(
    exchange: HttpExchange,
    { start }: StartableMethod,
  ): Promise<RefusedSignIn | undefined> {
    const result = start.requiresSession === true ? await this.requireSession(exchange) : undefined;
    return result?.kind === 'refused' ? result : undefined;
  }

  /** The session of this browser. A renewed one is written to the cookies. */
  async requireSession(exchange: HttpExchange): Promise<SessionToAddTo | RefusedSignIn> {
    const result = await this.authenticator.authenticate(exchange);
    if (result.kind !== 'signed_in') return { kind: 'refused', refusal: refusalForResult(result) };
    this.cookies.apply(result, exchange);
    return { kind: 'session', verified: result.verified };
  }

  /** Without the binding cookie the token is not consumed. It may be one that needs none: ask. */
  private async handleUnbound(
    exchange: HttpExchange,
    handler: CallbackHandler,
    callback: CallbackToken,
  ): Promise<SignInResult> {
    const session = await this.currentSession(exchange);
    if (session !== undefined && !mayBeInvitation(handler, session)) {
      return { ...this.signedIn(session), kind: 'already_signed_in' };
    }
    return handler.callback.binding === 'either'
      ? this.requireConfirmation(exchange, handler, callback)
      : unbound(handler);
  }

  /** A link that this browser used moments ago, on any instance, redirects it. Nothing but the session decides. */
  private async unlessClickedTwice(
    exchange: HttpExchange,
    { callback: { factor } }: CallbackHandler,
    result: SignInFinishResult,
  ): Promise<SignInResult> {
    if (factor === undefined || result.kind !== 'refused') return result;
    if (result.refusal.code !== 'link_used_or_expired') return result;
    const session = await this.currentSession(exchange);
    const startedAtMs = this.bindings.read(exchange.request)?.state?.startedAtMs;
    if (session === undefined || !hasRecentFactor(session, factor, this.options.clock.nowMs(), startedAtMs))
      return result;
    return { ...this.signedIn(session), kind: 'already_signed_in' };
  }

  private async requireConfirmation(
    exchange: HttpExchange,
    { method, callback: { fields = [] } }: CallbackHandler,
    { token, tokenType }: CallbackToken,
  ): Promise<ConfirmationRequired> {
    const session = await this.currentSession(exchange);
    const nonce = this.nonces.issue(exchange.request, exchange.response);
    return {
      kind: 'confirmation_required',
      method: method.name,
      token,
      tokenType,
      nonce,
      fields,
      ...(session && { session }),
    };
  }

  private async currentSession(exchange: HttpExchange): Promise<Session | undefined> {
    const result = await this.requireSession(exchange);
    return result.kind === 'session' ? result.verified.session : undefined;
  }
}

/** A token together with what the confirm page added. */
interface ConfirmedToken extends CallbackToken {
  readonly fields: SignInFields;
  /** Absent if the token was not confirmed on a page. */
  readonly nonce?: string;
}

interface SessionToAddTo {
  readonly kind: 'session';
  readonly verified: VerifiedJwt;
}

/** This browser did not start the sign-in, or its binding has expired. */
const unbound = ({ callback }: CallbackHandler) =>
  refused(callback.from === 'provider' ? 'sign_in_not_started' : 'link_for_another_browser');

/** A factor is added to a session in its own organization. */
const ofSession = { kind: 'valid', organization: undefined } as const;

const organizationIdOf = ({ session }: VerifiedJwt): string | undefined =>
  session.kind === 'member' ? session.organization.id : undefined;

/** A member can be invited to another organization than the one of the session. */
const mayBeInvitation = ({ callback }: CallbackHandler, { kind }: Session): boolean =>
  kind === 'member' && callback.binding === 'either';

/** Where a start names the organization to sign in to. */
export const organizationField = 'organization';

const refusedField = ({ code, field }: InvalidField): RefusedSignIn => ({ ...refused(code), field });

/** Shows the form again, where another code can be requested. */
const atFirstField = (refused: RefusedSignIn, [field]: readonly SignInField[]): RefusedSignIn =>
  field === undefined ? refused : { ...refused, field: field.name };

const sendsLinks = ({ callbacks, finish }: AnySignInMethod): boolean =>
  callbacks !== undefined && finish === undefined;

function recipientIn(fields: readonly SignInField[], values: SignInFields): string | undefined {
  const field = fields.find(isRecipient);
  return field && values[field.name];
}
