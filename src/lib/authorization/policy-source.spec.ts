import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { PolicyApi } from '../ports/policy-api.js';
import type { StytchResponse } from '../ports/stytch-response.js';
import { PolicySource } from './policy-source.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const minute = 60_000;
const unavailable: StytchResponse<unknown> = { kind: 'unavailable', reason: 'unreachable' };
const policyWith = (...roles: string[]): StytchResponse<unknown> => ({
  kind: 'ok',
  body: { policy: { resources: [], scopes: [], roles: roles.map(role) } },
});
const role = (role_id: string) => ({ role_id, description: '', permissions: [] });

describe('the RBAC policy', () => {
  let elapsedMs: number;
  let response: StytchResponse<unknown> | Promise<StytchResponse<unknown>>;
  let fetches: number;
  let source: PolicySource;
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  beforeEach(() => {
    warn.mockClear();
    elapsedMs = 0;
    response = policyWith('viewer');
    fetches = 0;
    const api = Object.assign(Object.create(PolicyApi.prototype) as PolicyApi, {
      fetchPolicy: async () => {
        fetches += 1;
        return response;
      },
    });
    const options = resolvedOptions({ clock: { nowMs: () => elapsedMs, monotonicMs: () => elapsedMs } });
    source = new PolicySource(api, options);
  });
  afterAll(() => {
    warn.mockRestore();
  });
  const rolesNow = async () => [...((await source.get())?.roles.keys() ?? ['unknown'])];

  it('is fetched once when many permissions are checked at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, rolesNow));
    expect([new Set(all.flat()), fetches]).toEqual([new Set(['viewer']), 1]);
  });

  it('is available without waiting for a minute', async () => {
    await rolesNow();
    elapsedMs = minute - 1;
    expect([source.get() instanceof Promise, fetches]).toEqual([false, 1]);
  });

  it('is fresh for a minute by both clocks, and not before it was fetched', async () => {
    expect(source.getIfFresh()).toBeUndefined();
    await rolesNow();
    const ages = [
      { wallMs: minute - 1, monotonicMs: minute - 1 },
      { wallMs: minute, monotonicMs: 0 },
      { wallMs: 0, monotonicMs: minute },
    ];
    expect(ages.map((now) => source.getIfFresh(now) !== undefined)).toEqual([true, false, false]);
    expect(fetches).toBe(1);
  });

  it('is refreshed in the background after a minute, so that the next check sees a change', async () => {
    await rolesNow();
    response = policyWith('editor');
    elapsedMs = minute;
    expect([source.get() instanceof Promise, await rolesNow()]).toEqual([false, ['viewer']]);
    await Promise.resolve();
    expect([await rolesNow(), fetches]).toEqual([['editor'], 2]);
  });

  it('is not used after five minutes before it is fetched again', async () => {
    await rolesNow();
    response = policyWith('editor');
    elapsedMs = 5 * minute;
    expect(await rolesNow()).toEqual(['editor']);
  });

  it('is fetched before it is used if a newer one is required, and remains in use if it cannot be fetched', async () => {
    await rolesNow();
    response = policyWith('editor');
    elapsedMs = 2 * minute;
    expect([...((await source.get(minute))?.roles.keys() ?? [])]).toEqual(['editor']);

    response = unavailable;
    elapsedMs = 4 * minute;
    expect([...((await source.get(minute))?.roles.keys() ?? [])]).toEqual(['editor']);
  });

  it('remains in use for 15 minutes while it cannot be fetched, and not longer', async () => {
    await rolesNow();
    response = unavailable;
    elapsedMs = 15 * minute - 1;
    expect(await rolesNow()).toEqual(['viewer']);
    elapsedMs = 15 * minute;
    expect(await rolesNow()).toEqual(['unknown']);
    expect(warn.mock.calls.map(([message]) => message as string)).toEqual([
      'The RBAC policy could not be fetched. The previous policy remains in use.',
    ]);
  });

  it.each<[string, StytchResponse<unknown>]>([
    ['cannot be fetched', unavailable],
    ['is malformed', { kind: 'ok', body: { policy: { roles: 'viewer' } } }],
    ['is missing in the response', { kind: 'ok', body: {} }],
  ])('is unknown when it %s', async (_, unusable) => {
    response = unusable;
    expect(await rolesNow()).toEqual(['unknown']);
    expect(warn.mock.calls).toEqual([
      ['The RBAC policy could not be fetched. Permissions cannot be checked.'],
    ]);
  });

  it('is not fetched again within five seconds of a failed fetch', async () => {
    response = unavailable;
    await rolesNow();
    elapsedMs = 4_999;
    await rolesNow();
    expect(fetches).toBe(1);
    response = policyWith('viewer');
    elapsedMs = 5_000;
    expect([await rolesNow(), fetches]).toEqual([['viewer'], 2]);
  });

  it('counts as old as the start of its fetch', async () => {
    let respond: (late: StytchResponse<unknown>) => void = () => undefined;
    response = new Promise((resolve) => (respond = resolve));
    const first = rolesNow();
    elapsedMs = minute;
    respond(policyWith('viewer'));
    await first;
    response = policyWith('editor');
    void source.get();
    expect(fetches).toBe(2);
  });
});
