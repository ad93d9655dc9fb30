import { Inject, Injectable, Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { B2BClient } from 'stytch';
import { IntermediateSessions } from '../../lib/auth/intermediate-sessions.js';
import { readFields, readOrganization } from '../../lib/auth/read-fields.js';
import { refused, refusedAsUnavailable } from '../../lib/auth/refused.js';
import { SignInBindings } from '../../lib/auth/sign-in-binding.js';
import { SignInCalls } from '../../lib/auth/sign-in-calls.js';
import { SignInLimits } from '../../lib/auth/sign-in-limits.js';
import { SignInPipeline, type SignInFinishResult } from '../../lib/auth/sign-in-pipeline.js';
import type { RefusedSignIn } from '../../lib/auth/start-session.js';
import { StytchEvents } from '../../lib/index.js';
import type {
  FinishCall,
  FinishResult,
  MemberSession,
  RefusalCode,
  SignInTextField,
  StytchRejection,
  StytchResponse,
} from '../../lib/index.js';
import {
  isOrganizationId,
  RESOLVED_OPTIONS,
  type HttpExchange,
  type ResolvedOptions,
} from '../../lib/internal.js';
import { isOrganization } from '../is-organization.js';
import {
  maxDiscoveryBytes,
  readOrganizations,
  type AvailableOrganization,
} from './discovered-organizations.js';
import { exchangeIntermediateSession } from './exchange-intermediate-session.js';
import { refusalCodeOf, reportConfigurationError } from './methods/refusal-of-rejection.js';
import { sessionLengthOf } from './session-length.js';
import { slugFor } from './slug-for.js';

/** The organizations that a person can continue with. */
export interface OrganizationChoices {
  readonly kind: 'organizations';
  readonly organizations: readonly AvailableOrganization[];
  /** Whether the person may create another one. */
  readonly canCreate: boolean;
}

/** What a person is known by: discovery that they completed, or the session of an organization. */
type Proof =
  | { readonly kind: 'intermediate'; readonly token: string }
  | { readonly kind: 'session'; readonly jwt: string; readonly session: MemberSession };

export const organizationNameField: SignInTextField = {
  name: 'organization_name',
  type: 'name',
  label: 'Name of the organization',
};

/** Entering, creating and switching organizations. Requests from other sites are refused before. */
@Injectable()
export class OrganizationChoice {
  private readonly logger = new Logger('Stytch');

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly pipeline: SignInPipeline,
    private readonly calls: SignInCalls,
    private readonly limits: SignInLimits,
    private readonly bindings: SignInBindings,
    private readonly intermediateSessions: IntermediateSessions,
    private readonly events: StytchEvents,
  ) {}

  /** The organizations of the person who completed discovery, or else of the one who is signed in. */
  async list(exchange: HttpExchange): Promise<OrganizationChoices | RefusedSignIn> {
    const proof = await this.proofOf(exchange);
    if (proof.kind === 'refused') return proof;
    const exceeded = await this.limits.countOpenedLink(exchange, sessionIdOf(proof));
    if (exceeded !== undefined) return exceeded;
    const response = await this.newCall().stytch(
      'discovery/organizations',
      ({ discovery }) =>
        discovery.organizations.list(
          proof.kind === 'intermediate'
            ? { intermediate_session_token: proof.token }
            : { session_jwt: proof.jwt },
        ),
      { maxBodyBytes: maxDiscoveryBytes },
    );
    if (response.kind === 'unavailable') return refusedAsUnavailable(response);
    if (response.kind === 'rejected') return this.refuse(exchange, response, proof.kind);
    const organizations = readOrganizations(response.body);
    if (proof.kind === 'intermediate')
      return { kind: 'organizations', organizations, canCreate: this.canCreate };
    const current = proof.session.organization.id;
    return {
      kind: 'organizations',
      organizations: organizations.map((one) => (one.id === current ? { ...one, isCurrent: true } : one)),
      // Stytch creates one only for a person who just proved an address.
      canCreate: false,
    };
  }

  /** Enters an organization, or joins it if the person may. */
  async enter(exchange: HttpExchange, given: unknown): Promise<SignInFinishResult> {
    const proof = await this.proofOf(exchange);
    if (proof.kind === 'refused') return proof;
    if (proof.kind === 'session') return this.exchangeSession(exchange, proof, given, undefined);
    const read = readOrganization(given);
    if (read.kind === 'invalid') return refused(read.code);
    const { value: organization } = read;
    const { token } = proof;
    return this.exchange(exchange, proof, organization, async () =>
      resultOf('intermediate', await exchangeIntermediateSession(this.newCall(), { token, organization })),
    );
  }

  /** Creates an organization and enters it. Its creator is an admin. */
  async create(exchange: HttpExchange, body: unknown): Promise<SignInFinishResult> {
    if (!this.canCreate) return refused('organization_creation_refused');
    const read = await readFields([organizationNameField], body);
    if (read.kind === 'invalid') return { ...refused(read.code), field: read.field };
    const name = read.fields[organizationNameField.name] ?? '';
    const token = this.discoveryToken(exchange);
    if (token === undefined) return refused('sign_in_not_started');
    const exceeded = await this.limits.countStart(exchange, undefined);
    if (exceeded !== undefined) return exceeded;
    const call = this.newCall();
    const proof = { kind: 'intermediate', token } as const;
    let organizationId: string | undefined;
    let result: SignInFinishResult | undefined;
    try {
      result = await this.exchange(exchange, proof, name, async () => {
        const response = await create(call, { token, name });
        organizationId = response.kind === 'ok' ? createdIn(response.body) : undefined;
        if (organizationId !== undefined)
          this.events.emit({ type: 'organization_created', organizationId }, exchange);
        return response;
      });
      return result;
    } finally {
      if (organizationId !== undefined && result?.kind !== 'signed_in')
        this.logger.warn(
          `${organizationId} was created, but the person who created it was not signed in. It stays at Stytch, and they are its admin.`,
        );
    }
  }

  /** Exchanges the session for one in another organization. The session before is revoked. */
  async switchTo(
    exchange: HttpExchange,
    { organization, returnTo }: { readonly organization: unknown; readonly returnTo: unknown },
  ): Promise<SignInFinishResult> {
    const session = await this.sessionOf(exchange);
    if (session.kind === 'refused') return session;
    return this.exchangeSession(exchange, session, organization, this.bindings.safeReturnTo(returnTo));
  }

  private async exchangeSession(
    exchange: HttpExchange,
    proof: Extract<Proof, { kind: 'session' }>,
    given: unknown,
    returnTo: string | undefined,
  ): Promise<SignInFinishResult> {
    const { jwt, session } = proof;
    // The new session would not say that somebody impersonates the member.
    if (session.impersonator !== undefined) return refused('impersonation_refused');
    const read = readOrganization(given);
    if (read.kind === 'invalid') return refused(read.code);
    const { value: organization } = read;
    if (isOrganization(session.organization, organization)) return this.pipeline.signedIn(session, returnTo);
    const call = this.newCall();
    return this.exchange(
      exchange,
      proof,
      organization,
      async () =>
        resultOf(
          'session',
          await call.stytch('sessions/exchange', ({ sessions }) =>
            sessions.exchange({ organization_id: organization, session_jwt: jwt, ...sessionLengthOf(call) }),
          ),
        ),
      returnTo,
    );
  }

  private async exchange(
    exchange: HttpExchange,
    proof: Proof,
    organization: string,
    finish: () => Promise<FinishResult>,
    returnTo?: string,
  ): Promise<SignInFinishResult> {
    const sessionId = sessionIdOf(proof);
    const method = proof.kind === 'session' ? 'switch' : 'discovery';
    const key = [method, proof.kind === 'session' ? proof.session.sessionId : proof.token, organization];
    const count = () => this.limits.countOpenedLink(exchange, sessionId);
    const result = await this.pipeline.exchange(exchange, { method, key, count, finish }, returnTo);
    if (result.kind === 'refused' && result.refusal.code === 'sign_in_not_started')
      this.intermediateSessions.clear(exchange);
    return result;
  }

  /** An intermediate session comes first: the person has just completed discovery. */
  private async proofOf(exchange: HttpExchange): Promise<Proof | RefusedSignIn> {
    const token = this.discoveryToken(exchange);
    return token === undefined ? this.sessionOf(exchange) : { kind: 'intermediate', token };
  }

  /** Whether the person completed discovery, in this browser and on this host. */
  hasDiscovered(exchange: HttpExchange): boolean {
    return this.discoveryToken(exchange) !== undefined;
  }

  /**
   * Without discovery, an intermediate session can only be of a sign-in to one organization that is incomplete, which
   * does not lead to others.
   */
  private discoveryToken({ request }: HttpExchange): string | undefined {
    return this.options.organizations.discovery ? this.intermediateSessions.read(request) : undefined;
  }

  private async sessionOf(
    exchange: HttpExchange,
  ): Promise<Extract<Proof, { kind: 'session' }> | RefusedSignIn> {
    const current = await this.pipeline.requireSession(exchange);
    if (current.kind === 'refused') return current;
    const { jwt, session } = current.verified;
    return session.kind === 'member' ? { kind: 'session', jwt, session } : refused('session_invalid');
  }

  private refuse(exchange: HttpExchange, rejection: StytchRejection, proof: Proof['kind']): RefusedSignIn {
    const code = codeOf(rejection, proof);
    if (code === 'sign_in_not_started') this.intermediateSessions.clear(exchange);
    return refused(code);
  }

  private get canCreate(): boolean {
    return this.options.organizations.create === 'allow';
  }

  /** For exchanges, which are bound to no started sign-in. */
  private newCall(): FinishCall<B2BClient> {
    return this.calls.forFinish({}) as FinishCall<B2BClient>;
  }
}

/** Counted by it, people with a session do not share the budget of those who present made-up tokens. */
const sessionIdOf = (proof: Proof): string | undefined =>
  proof.kind === 'session' ? proof.session.sessionId : undefined;

function resultOf(proof: Proof['kind'], response: StytchResponse<unknown>): FinishResult {
  return response.kind === 'rejected' ? { kind: 'refused', code: codeOf(response, proof) } : response;
}

/** Whether an organization exists is not told to somebody who may not enter it. */
function codeOf(rejection: StytchRejection, proof: Proof['kind']): RefusalCode {
  const code = refusalCodeOf(rejection);
  if (code === 'organization_join_refused') return 'organization_unavailable';
  if (code !== undefined) return code;
  // First, since the names of some, such as `invalid_session_duration`, contain the word `session`.
  if (reportConfigurationError(rejection, 'discovery')) return 'stytch_unavailable';
  if (!/session/.test(rejection.errorType)) return 'organization_unavailable';
  return proof === 'session' ? 'session_revoked' : 'sign_in_not_started';
}

/** The id of the organization that was created. */
function createdIn(body: unknown): string | undefined {
  const { organization } = (body ?? {}) as { readonly organization?: { readonly organization_id?: unknown } };
  const id = organization?.organization_id;
  return typeof id === 'string' && isOrganizationId(id) ? id : undefined;
}

/** Tries the slug of the name first. It may be that of another organization. */
async function create(
  call: FinishCall<B2BClient>,
  { token, name }: { readonly token: string; readonly name: string },
): Promise<FinishResult> {
  const send = (slug: string | undefined) =>
    call.stytch('discovery/organizations/create', ({ discovery }) =>
      discovery.organizations.create({
        intermediate_session_token: token,
        organization_name: name,
        ...(slug !== undefined && { organization_slug: slug }),
        ...sessionLengthOf(call),
      }),
    );
  const slug = slugFor(name);
  const first = await send(slug);
  const isTaken = first.kind === 'rejected' && /slug|duplicate_organization/.test(first.errorType);
  const response = isTaken
    ? await send(`${slug ?? 'organization'}-${randomBytes(3).toString('hex')}`)
    : first;
  if (response.kind !== 'rejected') return response;
  if (/organization_name/.test(response.errorType))
    return { kind: 'refused', code: 'name_invalid', field: organizationNameField.name };
  const code = codeOf(response, 'intermediate');
  return {
    kind: 'refused',
    code: code === 'organization_unavailable' ? 'organization_creation_refused' : code,
  };
}
