import { type Consumer } from '../consumer.js';
import { type OAuthTokens } from './oauth-tokens.js';

/** What the OAuth operations and the provider page use. */
export interface OAuthContext extends Consumer {
  readonly oauthTokens: OAuthTokens;
}
