import { resolveOptions } from '../../options/resolve-options.js';
import { MemoryDenyList } from './memory-deny-list.js';

let nowMs = 0;
const options = resolveOptions(
  {
    projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
    secret: 'secret-test-of-these-specs=',
    appUrl: 'https://app.example.com',
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
  },
  {},
);
beforeEach(() => {
  nowMs = 1_000_000;
});

describe('a denied session', () => {
  it('stays denied until its last JWT is dead', () => {
    const denied = new MemoryDenyList(options);
    denied.deny('session-test-1', nowMs + 60_000);
    nowMs += 59_999;
    denied.deny('session-test-2', nowMs + 1);

    expect([
      denied.has('session-test-1'),
      denied.has('session-test-2'),
      denied.has('session-test-3'),
    ]).toEqual([true, true, false]);
  });

  it('is forgotten after that, when the next one is denied', () => {
    const denied = new MemoryDenyList(options);
    denied.deny('session-test-1', nowMs + 60_000);
    nowMs += 60_001;
    denied.deny('session-test-2', nowMs + 60_000);

    expect([denied.has('session-test-1'), denied.has('session-test-2')]).toEqual([false, true]);
  });

  it('is denied for as long as was said last: shorter once Stytch has revoked it', () => {
    const denied = new MemoryDenyList(options);
    denied.deny('session-test-1', nowMs + 3_600_000);
    denied.deny('session-test-1', nowMs + 60_000);
    nowMs += 60_001;
    denied.deny('session-test-2', nowMs);

    expect(denied.has('session-test-1')).toBe(false);
  });
});
