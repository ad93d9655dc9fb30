import { createHash } from 'node:crypto';
import { type OAuthProviderName } from './oauth-provider.js';

/** The id of an account at the provider. The same address is the same account each time. */
export function subjectOf(provider: OAuthProviderName, email: string | null): string {
  const account = `${provider}:${email?.toLowerCase() ?? ''}`;
  return createHash('sha256').update(account).digest('hex').slice(0, 24);
}
