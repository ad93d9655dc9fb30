import type { ExecutionContext } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { resolvedOptions } from '../../../test/support/resolved-options.js';
import { verifiedJwt } from '../../../test/support/verified-jwt.js';
import { PolicyApi } from '../ports/policy-api.js';
import { PolicySource } from './policy-source.js';
import { RequirementChecker } from './requirement-checker.js';
import type { AccessCheck } from './requirement.js';

const minute = 60_000;
const permission = { kind: 'permission', resource: 'documents', action: 'read' } as const;
const { session } = verifiedJwt(1_800_000_000);
const viewer = { ...session, roles: ['viewer'] };
const context = {} as ExecutionContext;

describe('the check of requirements', () => {
  let nowMs: number;
  let actions: string[];
  let fetches: number;
  let checker: RequirementChecker;
  class SlowCheck implements AccessCheck {
    async check() {
      nowMs = 5 * minute;
      return true;
    }
  }
  beforeEach(() => {
    nowMs = 0;
    actions = ['read'];
    fetches = 0;
    const api = Object.assign(Object.create(PolicyApi.prototype) as PolicyApi, {
      fetchPolicy: async () => {
        fetches += 1;
        const permissions = [{ resource_id: 'documents', actions }];
        return { kind: 'ok', body: { policy: { scopes: [], roles: [{ role_id: 'viewer', permissions }] } } };
      },
    });
    const options = resolvedOptions({ clock: { nowMs: () => nowMs, monotonicMs: () => nowMs } });
    const moduleRef = { get: () => new SlowCheck() } as unknown as ModuleRef;
    checker = new RequirementChecker(new PolicySource(api, options), moduleRef, options);
  });
  const now = () => ({ wallMs: nowMs, monotonicMs: nowMs });

  it('waits for no promise if the policy is less than a minute old', async () => {
    await checker.check([permission], viewer, context, now());
    nowMs = minute - 1;

    expect(checker.check([permission], viewer, context, now())).toBeUndefined();
    expect(fetches).toBe(1);
  });

  it('uses the policy of after a check that took long, not the one of when the request arrived', async () => {
    await checker.check([permission], viewer, context, now());
    actions = ['write'];
    const requirements = [{ kind: 'check', check: SlowCheck } as const, permission];

    expect(await checker.check(requirements, viewer, context, now())).toMatchObject({
      code: 'permission_missing',
    });
    expect(fetches).toBe(2);
  });
});
