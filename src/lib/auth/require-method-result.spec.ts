import type { FinishResult, SignInMethod, StartResult } from '../ports/sign-in-method.js';
import { requireFinishResult, requireStartResult } from './require-method-result.js';

const method: SignInMethod = { name: 'ticket', expiresInMinutes: 5 };
const finished = [
  { kind: 'ok', body: {} },
  { kind: 'discovered', body: {} },
  { kind: 'refused', code: 'code_incorrect' },
  { kind: 'unavailable', reason: 'unreachable' },
] satisfies FinishResult[];

describe('what a method returns', () => {
  it.each<StartResult>([
    { kind: 'sent' },
    { kind: 'sent', sealed: 's'.repeat(128) },
    { kind: 'redirect', url: 'https://provider.example/start' },
    ...finished,
  ])('may be %j from the first step', (result) => {
    expect(requireStartResult(result, method)).toBe(result);
  });

  it.each([
    undefined,
    null,
    'sent',
    {},
    { kind: 'done' },
    { kind: 'unbound' },
    { kind: 'sent', sealed: 7 },
    { kind: 'sent', sealed: 's'.repeat(129) },
    { kind: 'redirect' },
    { kind: 'redirect', url: '/elsewhere' },
    { kind: 'redirect', url: 'javascript:alert(1)' },
    { kind: 'ok' },
    { kind: 'ok', body: null },
    { kind: 'discovered' },
    { kind: 'refused' },
    { kind: 'refused', code: 'toString' },
  ])('may not be %j from the first step', (result) => {
    expect(() => requireStartResult(result as StartResult, method)).toThrow(
      new TypeError("The first step of the sign-in method 'ticket' returned no StartResult."),
    );
  });

  it.each([...finished, { kind: 'unbound' } as const])('may be %j from the last step', (result) => {
    expect(requireFinishResult(result, method)).toBe(result);
  });

  it.each([undefined, { kind: 'sent' }, { kind: 'redirect', url: 'https://provider.example' }])(
    'may not be %j from the last step',
    (result) => {
      expect(() => requireFinishResult(result as unknown as FinishResult, method)).toThrow(
        new TypeError("The sign-in method 'ticket' returned no FinishResult."),
      );
    },
  );
});
