import { type B2B } from '../b2b.js';
import { type OAuthTokens } from './oauth-tokens.js';

/** What the OAuth operations and the provider page use. */
export interface OAuthContext extends B2B {
  readonly oauthTokens: OAuthTokens;
}
