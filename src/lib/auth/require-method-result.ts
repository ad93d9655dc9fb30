import { refusalDefinitions } from '../errors/refusal.js';
import type { FinishResult, AnySignInMethod, StartResult, UnboundToken } from '../ports/sign-in-method.js';

const maxSealedBytes = 128;

/**
 * Checks what the first step of a method returned, since applications write methods too.
 * @throws {TypeError} if it is none of the results; the value is not in the message
 */
export function requireStartResult(result: StartResult, { name }: AnySignInMethod): StartResult {
  if (isStartResult(result)) return result;
  throw new TypeError(`The first step of the sign-in method '${name}' returned no StartResult.`);
}

/** Like {@link requireStartResult}, for the second step and for callbacks. */
export function requireFinishResult<Result extends FinishResult | UnboundToken>(
  result: Result,
  { name }: AnySignInMethod,
): Result {
  if (isFinishResult(result) || propertiesOf(result).kind === 'unbound') return result;
  throw new TypeError(`The sign-in method '${name}' returned no FinishResult.`);
}

/** Of anything, since nothing is known yet. */
const propertiesOf = (result: unknown) => (result ?? {}) as Readonly<Record<Property, unknown>>;
type Property = 'kind' | 'sealed' | 'url' | 'body' | 'code';

function isStartResult(result: unknown): boolean {
  const { kind, sealed, url } = propertiesOf(result);
  if (kind === 'sent') return isSealed(sealed);
  return kind === 'redirect' ? isWebUrl(url) : isFinishResult(result);
}

function isFinishResult(result: unknown): boolean {
  const { kind, body, code } = propertiesOf(result);
  if (kind === 'ok' || kind === 'discovered') return typeof body === 'object' && body !== null;
  if (kind === 'refused') return typeof code === 'string' && Object.hasOwn(refusalDefinitions, code);
  return kind === 'unavailable';
}

const isSealed = (sealed: unknown): boolean =>
  sealed === undefined || (typeof sealed === 'string' && Buffer.byteLength(sealed) <= maxSealedBytes);

/** Nothing that a browser would run. */
function isWebUrl(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  return ['https:', 'http:'].includes(new URL(url).protocol);
}
