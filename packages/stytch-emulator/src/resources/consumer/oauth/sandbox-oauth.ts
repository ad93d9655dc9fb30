import { type OAuthRegistration } from '../../oauth/oauth-provider.js';

/** The OAuth tokens that Stytch publishes for its test environment, by their fixed result. */
export const sandboxOAuthTokens = {
  success: 'hdPVZHHX0UoRa7hJTuuPHi1vlddffSnoweRbVFf5-H8g',
  unknown: '59cnLELtq5cFVS6uYK9f-pAWzBkhqZl8AvLhbhOvKNWw',
} as const;

/** The account in the response to the success token. Stytch does not publish it. */
export const sandboxRegistration: OAuthRegistration = {
  registrationId: 'oauth-user-test-00000000-0000-4000-8000-000000000000',
  provider: 'google',
  subject: 'sandbox',
};
