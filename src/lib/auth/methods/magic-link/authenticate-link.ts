import type { RefusalCode } from '../../../errors/refusal.js';
import type { FinishCall, FinishResult, UnboundToken } from '../../../ports/sign-in-method.js';
import type { StytchRejection } from '../../../ports/stytch-response.js';

/** Exchanges the token of an emailed link. One that was started without PKCE is not consumed here. */
export async function authenticateLink(
  token: string,
  call: FinishCall,
): Promise<FinishResult | UnboundToken> {
  const { codeVerifier, sessionParameters } = call;
  const response = await call.stytch('magic_links/authenticate', (client) =>
    client.magicLinks.authenticate({
      token,
      ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
      ...sessionParameters,
    }),
  );
  if (response.kind !== 'rejected') return response;
  // Invitations and embeddable links have no code challenge.
  if (response.errorType === 'pkce_did_not_expect_code_verifier') return { kind: 'unbound' };
  return { kind: 'refused', code: codeOfRejectedLink(response) };
}

export function codeOfRejectedLink({ errorType }: StytchRejection): RefusalCode {
  // The token proves the address, so that the user may know. It is not used up.
  if (errorType === 'user_lock_limit_reached') return 'rate_limited';
  return errorType.includes('pkce') ? 'link_for_another_browser' : 'link_used_or_expired';
}
