import { type ImpersonationTokens } from '../resources/impersonation/impersonation-tokens.js';
import { type ResourceContext } from '../resources/resource.js';
import { withParameters } from '../wire/url-parameters.js';

/** Who signs in as somebody else, and where. */
export interface Impersonation {
  redirectUrl?: string;
  impersonatorEmail?: string;
  impersonatorId?: string;
}

/**
 * @param parameters of the link besides the token
 * @throws {ApiError} the errors of invalid redirect URLs
 */
export function createImpersonationLink(
  context: ResourceContext & { impersonationTokens: ImpersonationTokens },
  { redirectUrl, impersonatorEmail = 'support@example.com', impersonatorId }: Impersonation,
  parameters: Record<string, string>,
  findSubject: () => string,
): { token: string; link: string; subjectId: string } {
  const { identifiers, impersonationTokens, redirectUrls } = context;
  const url = redirectUrls.resolve(redirectUrl, {
    name: 'redirectUrl',
    invalid: 'invalid_login_redirect_url',
    notAllowed: 'redirect_url_not_found',
    noDefault: 'no_default_login_redirect_url_set',
  });
  const subjectId = findSubject();
  const token = impersonationTokens.issue({
    subjectId,
    impersonatorId: impersonatorId ?? identifiers.id('member'),
    impersonatorEmail,
  });
  return { subjectId, token, link: withParameters(url, { ...parameters, token }) };
}
