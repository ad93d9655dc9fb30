/** The paths of the Stytch API that signing in calls. */
export const authenticateLinkPath = '/v1/magic_links/authenticate';
export const sendLinkPath = '/v1/magic_links/email/login_or_create';

/** The magic link token in a callback path. */
export function tokenIn(callback: string): string {
  return new URLSearchParams(callback.split('?')[1]).get('token') ?? '';
}
