import type { FinishCall, FinishResult, UnboundToken } from '../../../ports/sign-in-method.js';

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
  const code = response.errorType.includes('pkce') ? 'link_for_another_browser' : 'link_used_or_expired';
  return { kind: 'refused', code };
}
