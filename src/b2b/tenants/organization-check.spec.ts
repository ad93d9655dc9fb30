import type { Client, MemberSession } from '../../lib/index.js';
import type {
  RequestAuthenticator,
  ResolvedOptions,
  SessionResult,
  SignedIn,
  TenantMismatch,
} from '../../lib/internal.js';
import { OrganizationCheck } from './organization-check.js';

const frozenClock = { nowMs: () => 0, monotonicMs: () => 0 };
const id = 'organization-test-11111111-1111-4111-8111-111111111111';
const otherId = 'organization-test-22222222-2222-4222-8222-222222222222';

const signedInTo = (slug: string): SignedIn =>
  ({
    kind: 'signed_in',
    verified: { session: { kind: 'member', organization: { id, slug } } as MemberSession },
  }) as SignedIn;

const acme = signedInTo('acme');
const mismatch = (signedIn: SignedIn | undefined, tenant?: string): TenantMismatch => ({
  kind: 'tenant_mismatch',
  code: 'organization_mismatch',
  ...(tenant !== undefined && { tenant }),
  ...(signedIn && { signedIn }),
});

describe('the check of the organization', () => {
  let confirmed: SessionResult;
  let calls: SignedIn[];
  let check: OrganizationCheck;
  beforeEach(() => {
    confirmed = acme;
    calls = [];
    const authenticator = {
      confirmClaims: async (signedIn: SignedIn) => {
        calls.push(signedIn);
        return Promise.resolve(confirmed);
      },
    };
    check = new OrganizationCheck(
      authenticator as unknown as RequestAuthenticator,
      {
        organizations: { tenant: { path: ':org' } },
        appUrl: 'https://app.example.com',
        clock: frozenClock,
      } as unknown as ResolvedOptions,
    );
  });
  const requestFor = (org: unknown) => ({ params: { org } });

  it.each<[string, object]>([
    ['the slug of the organization', requestFor('acme')],
    ['the id of the organization', requestFor(id)],
    ['no organization', {}],
  ])('returns the session without a promise for a request that names %s', (_, request) => {
    expect(check.check(acme, request)).toBe(acme);
    expect(calls).toEqual([]);
  });

  it.each<[string, unknown, TenantMismatch]>([
    ['an id, which never changes', otherId, mismatch(acme, otherId)],
    ['what can be no organization', 'acme corp', mismatch(acme)],
  ])('asks nobody about a request that names %s', (_, org, expected) => {
    expect(check.check(acme, requestFor(org))).toEqual(expected);
    expect(calls).toEqual([]);
  });

  it('has the claims confirmed for another slug, and returns the session if the slug was changed', async () => {
    const renamed = signedInTo('acme-2');
    confirmed = renamed;

    expect(await check.check(acme, requestFor('acme-2'))).toBe(renamed);
    expect(calls).toEqual([acme]);
  });

  it('returns a mismatch with the confirmed session if the slug is still another', async () => {
    confirmed = signedInTo('acme-2');

    expect(await check.check(acme, requestFor('other'))).toEqual(mismatch(confirmed, 'other'));
  });

  it.each<SessionResult>([
    { kind: 'unknown', code: 'stytch_unavailable' },
    { kind: 'signed_out', code: 'session_revoked', shouldClearCookies: true },
  ])('returns the result %j if the claims could not be confirmed', async (result) => {
    confirmed = result;

    expect(await check.check(acme, requestFor('other'))).toBe(result);
  });

  it.each<SessionResult>([
    { kind: 'unknown', code: 'stytch_unavailable' },
    { kind: 'signed_out', code: 'session_missing', shouldClearCookies: false },
  ])('leaves the result %j alone', (result) => {
    expect(check.check(result, requestFor('other'))).toBe(result);
  });

  describe('of clients', () => {
    const m2m = { kind: 'm2m_client' } as Client;
    const connectedApp = { kind: 'connected_app', organization: { id, slug: 'acme' } } as Client;
    const ofUser = { kind: 'connected_app' } as Client;
    const checkClient = (principal: Client, request: object) =>
      check.checkBearer({ kind: 'authenticated', principal }, request);

    it.each<[string, Client, object]>([
      [
        "a member's connected app for a request that names the organization",
        connectedApp,
        requestFor('acme'),
      ],
      ["a member's connected app for a request that names no organization", connectedApp, {}],
      ['an M2M client for a request that names no organization', m2m, {}],
    ])('accepts %s', (_, principal, request) => {
      expect(checkClient(principal, request)).toEqual({ kind: 'authenticated', principal });
    });

    it.each<[string, Client, string]>([
      ["a member's connected app for another organization", connectedApp, 'other'],
      ['an M2M client for any organization', m2m, 'acme'],
      ["a user's connected app for any organization", ofUser, 'acme'],
    ])('refuses %s, and asks nobody', (_, principal, org) => {
      expect(checkClient(principal, requestFor(org))).toEqual(mismatch(undefined, org));
      expect(calls).toEqual([]);
    });

    it('refuses an M2M client for a request that names what can be no organization', () => {
      expect(checkClient(m2m, requestFor('acme corp'))).toEqual(mismatch(undefined));
    });
  });
});
