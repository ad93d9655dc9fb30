import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import {
  StytchEvents,
  type CredentialKind,
  type Principal,
  type Refusal,
  type Session,
} from '../lib/index.js';
import {
  attachPrincipal,
  BearerAuthenticator,
  checkedCredentials,
  classNameOf,
  clientWithToken,
  httpClientOf,
  isCrossSiteHandshake,
  isOfSession,
  isPromise,
  LimitedLog,
  refusalForResult,
  refusalOf,
  RequestAuthenticator,
  RESOLVED_OPTIONS,
  sessionFields,
  SessionWatch,
  TenantCheck,
  whenSettled,
  withTimeout,
  type BearerResult,
  type MaybePromise,
  type ResolvedOptions,
  type SessionResult,
} from '../lib/internal.js';
import { Connections } from './connections.js';
import { readHandshake, type HandshakeCredentials } from './handshake.js';
import { socketOf, type Socket } from './socket.js';

/** The options of `SocketSessions.admit()`. */
export interface AdmissionOptions {
  /**
   * The kinds of credentials that the handshake may have. Access tokens of clients are accepted only if they are
   * named here.
   * @default the kinds of the module's `credentials` that prove a session
   */
  readonly credentials?: readonly [CredentialKind, ...CredentialKind[]];
}

type AdmissionResult =
  | { readonly kind: 'admitted'; readonly principal: Principal }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      /** If it was verified, and is not what the handshake lacks. */
      readonly session?: Session | undefined;
    };

/**
 * Admits sockets by the session of their handshake. Nest runs guards before the messages of a gateway, and none before
 * `handleConnection`, so that it calls `admit()`.
 *
 * @example
 * ```ts
 * async handleConnection(client: WebSocket, request: IncomingMessage) {
 *   const session = await this.sockets.admit(client, request);
 *   if (session === undefined) return;
 *   this.rooms.join(session, client);
 * }
 * ```
 */
@Injectable()
export class SocketSessions {
  readonly #log: LimitedLog;
  readonly #ofSessions: ReadonlySet<CredentialKind>;
  #pending = 0;

  /** @internal Created by Nest. */
  constructor(
    private readonly authenticator: RequestAuthenticator,
    private readonly bearer: BearerAuthenticator,
    private readonly tenants: TenantCheck,
    private readonly watch: SessionWatch,
    private readonly events: StytchEvents,
    private readonly connections: Connections,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#log = new LimitedLog(options.clock);
    this.#ofSessions = new Set(options.credentials.filter(isOfSession));
  }

  /**
   * Admits a client by the session of its handshake, or closes its socket and returns `undefined`.
   *
   * Refused are a handshake of a page of another origin than `appUrl` and `trustedOrigins`, one with a token in its
   * query string, and one with two tokens. On ws the socket is closed with 4401, 4403 or 1013 (try again later), and
   * the code of the refusal as reason. On socket.io the client gets the event `exception`, and its connection is
   * closed with all of its namespaces. In the same way the socket is closed when its session ends.
   *
   * Until the socket is closed, each message is authenticated with the newest JWT of its session. Messages that
   * arrive before the admission has completed wait for the same call to Stytch.
   *
   * @param client the first argument of `handleConnection`
   * @param request the second argument on ws; not needed on socket.io, where a bearer token may also be in
   * `auth.token` of the handshake
   * @throws {TypeError} for anything else
   */
  admit(client: object, request?: object): Promise<Session | undefined>;
  /**
   * Admits a client by other kinds of credentials than those that the module accepts by default.
   * @throws {TypeError} also if `credentials` is empty or contains an unknown kind
   */
  admit(
    client: object,
    request: object | undefined,
    options: AdmissionOptions,
  ): Promise<Principal | undefined>;
  async admit(
    client: object,
    request?: object,
    { credentials }: AdmissionOptions = {},
  ): Promise<Principal | undefined> {
    const socket = socketOf(client, request);
    const accepted = credentials === undefined ? this.#ofSessions : new Set(checkedCredentials(credentials));
    const result = await this.decide(socket, accepted);
    if (result.kind === 'refused') {
      this.report(socket, result.refusal, result.session);
      this.close(socket, result.refusal);
      return undefined;
    }
    if (socket.isOpen) return this.keep(socket, result.principal);
    this.connections.close(socket.client);
    return undefined;
  }

  private async decide(socket: Socket, accepted: ReadonlySet<CredentialKind>): Promise<AdmissionResult> {
    if (isCrossSiteHandshake(socket.request, this.options)) return refused(refusalOf('cross_site_refused'));
    const handshake = readHandshake(socket, accepted);
    if (handshake.kind === 'refused') {
      if (handshake.inQuery === true) this.logTokenInQuery();
      return refused(refusalOf(handshake.code));
    }
    this.connections.open(socket.client, handshake.credentials);
    try {
      const result = this.authenticate(handshake.credentials, accepted);
      return isPromise(result) ? await this.waitFor(result) : result;
    } catch (error) {
      // Nest does not catch a rejection of handleConnection: an error that a hook of the application throws would end
      // the process.
      this.#log.log(
        'error',
        `A socket could not be admitted, because something threw (${classNameOf(error)}).`,
      );
      return refused(refusalOf('stytch_unavailable'));
    }
  }

  /**
   * Only handshakes that wait are counted: while Stytch is slow, those that are verified without it are admitted. Those
   * above the limit do not wait.
   */
  private async waitFor(result: Promise<AdmissionResult>): Promise<AdmissionResult> {
    const { admissionTimeoutSeconds, maxPendingAdmissions } = this.connections.settings;
    const waitMs = this.#pending < maxPendingAdmissions ? admissionTimeoutSeconds * 1000 : 0;
    this.#pending += 1;
    try {
      return (await withTimeout(result, waitMs)) ?? refused(refusalOf('stytch_unavailable'));
    } finally {
      this.#pending -= 1;
    }
  }

  /** Returns a promise only if it waits for Stytch. */
  private authenticate(
    { request, bearerToken }: HandshakeCredentials,
    accepted: ReadonlySet<CredentialKind>,
  ): MaybePromise<AdmissionResult> {
    const client = bearerToken === undefined ? httpClientOf(request) : clientWithToken(bearerToken);
    if (client === undefined) return refused(refusalOf('context_not_supported'));
    const byBearer =
      bearerToken === undefined ? undefined : this.bearer.authenticate(client.request, accepted);
    return byBearer === undefined
      ? whenSettled(this.authenticator.authenticate(client), (result) => this.checkSession(result, request))
      : whenSettled(byBearer, (result) => this.checkBearer(result, request));
  }

  private checkSession(result: SessionResult, request: IncomingMessage): MaybePromise<AdmissionResult> {
    return whenSettled(this.tenants.check(result, request), (checked) =>
      checked.kind === 'signed_in'
        ? { kind: 'admitted', principal: checked.verified.session }
        : refused(
            refusalForResult(checked),
            result.kind === 'signed_in' ? result.verified.session : undefined,
          ),
    );
  }

  private checkBearer(result: BearerResult, request: IncomingMessage): MaybePromise<AdmissionResult> {
    return whenSettled(this.tenants.checkBearer(result, request), (checked) =>
      checked.kind === 'authenticated'
        ? { kind: 'admitted', principal: checked.principal }
        : refused(
            refusalForResult(checked),
            result.kind === 'authenticated' ? result.signedIn?.verified.session : undefined,
          ),
    );
  }

  private keep(socket: Socket, principal: Principal): Principal {
    attachPrincipal(socket.client, principal);
    const checkTenant = this.tenants.recheckOf(socket.request);
    const stop = this.watch.watch(
      principal,
      (refusal) => {
        this.close(socket, refusal);
      },
      (renewed) => {
        attachPrincipal(socket.client, renewed);
        return checkTenant(renewed);
      },
    );
    socket.onceClosed(() => {
      stop();
      this.connections.close(socket.client);
    });
    return principal;
  }

  private close(socket: Socket, refusal: Refusal): void {
    this.connections.close(socket.client);
    socket.close(refusal);
  }

  private report({ request }: Socket, { code }: Refusal, session?: Session): void {
    this.events.emit(
      { type: 'refused', code, ...(session && sessionFields(session)) },
      httpClientOf(request),
    );
  }

  private logTokenInQuery(): void {
    this.#log.log(
      'warn',
      'A handshake had a token in its query string, where proxies and logs keep it, and was refused. Send it in the Authorization header or, with socket.io, in auth.token. Browsers send the session cookies.',
    );
  }
}

const refused = (refusal: Refusal, session?: Session): AdmissionResult => ({
  kind: 'refused',
  refusal,
  session,
});
