/**
 * How requests to the API are authenticated.
 * - `cookies`: the API is on the page's origin, and the browser sends the cookies that the SDK has written.
 * - `bearer`: the API is on another origin, and the page sends the session JWT.
 */
export type Arrangement = 'cookies' | 'bearer';

export interface ApiResponse {
  readonly status: number;
  /** JSON, or undefined for an empty response. */
  readonly body: unknown;
}

export interface Caller {
  readonly arrangement: Arrangement;
  /** The session JWT, if there is a session. The SDK replaces it before it expires. */
  readonly sessionJwt: string | undefined;
}

/** @throws {TypeError} if the API can't be reached */
export const getDashboard = (caller: Caller): Promise<ApiResponse> => request(caller, '/dashboard');

/**
 * Signs out by the route of `nestjs-stytch`. It ends the session at Stytch; with `everywhere`, all sessions of the user.
 * The SDK of this page does not know: forget the session there as well.
 *
 * @throws {TypeError} if the API can't be reached
 */
export const postLogout = (caller: Caller, everywhere: boolean): Promise<ApiResponse> =>
  request(caller, '/auth/logout', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ everywhere }),
  });

async function request(
  { arrangement, sessionJwt }: Caller,
  path: string,
  init: RequestInit = {},
): Promise<ApiResponse> {
  const headers = new Headers(init.headers);
  if (arrangement === 'bearer' && sessionJwt !== undefined)
    headers.set('authorization', `Bearer ${sessionJwt}`);
  const origin = arrangement === 'bearer' ? import.meta.env.VITE_API_URL : '';
  // fetch sends cookies to the page's own origin only, unless `credentials` says otherwise.
  const response = await fetch(origin + path, { ...init, headers });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
