import { refusalDefinitions } from '../errors/refusal.js';
import type { FinishResult, SignInMethod, StartResult, UnboundToken } from '../ports/sign-in-method.js';

const maxSealedBytes = 128;

/**
 * Checks what the first step of a method returned, since applications write methods too.
 * @throws {TypeError} if it is none of the results; the value is not in the message
 */
export function requireStartResult(result: StartResult, { name }: SignInMethod): StartResult {
  const isValid =
    (isKind(result, 'sent') && isSealed((result as { sealed?: unknown }).sealed)) ||
    (isKind(result, 'redirect') && isWebUrl((result as { url?: unknown }).url)) ||
    isFinishResult(result);
  if (isValid) return result;
  throw new TypeError(`The first step of the sign-in method '${name}' returned no StartResult.`);
}

/** Like {@link requireStartResult}, for the second step and for callbacks. */
export function requireFinishResult<Result extends FinishResult | UnboundToken>(
  result: Result,
  { name }: SignInMethod,
): Result {
  if (isFinishResult(result) || isKind(result, 'unbound')) return result;
  throw new TypeError(`The sign-in method '${name}' returned no FinishResult.`);
}

const isKind = (result: unknown, kind: string): boolean =>
  typeof result === 'object' && result !== null && 'kind' in result && result.kind === kind;

function isFinishResult(result: unknown): boolean {
  if (isKind(result, 'unavailable')) return true;
  const { code, body } = (result ?? {}) as { code?: unknown; body?: unknown };
  if (isKind(result, 'ok')) return typeof body === 'object' && body !== null;
  return isKind(result, 'refused') && typeof code === 'string' && Object.hasOwn(refusalDefinitions, code);
}

const isSealed = (sealed: unknown): boolean =>
  sealed === undefined || (typeof sealed === 'string' && Buffer.byteLength(sealed) <= maxSealedBytes);

/** Nothing that a browser would run. */
function isWebUrl(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  return ['https:', 'http:'].includes(new URL(url).protocol);
}
