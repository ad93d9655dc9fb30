import { type Fields } from '../../../wire/fields.js';
import { type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { requireCodeChallenge } from '../../sign-in/pkce.js';
import { type Consumer } from '../consumer.js';
import { withSdkUser } from '../users/sdk-user.js';
import { authenticate } from './authenticate.js';
import { loginOrCreate, send } from './send-email.js';

export function magicLinksSdkRoutes(consumer: Consumer): SdkRoutes {
  return {
    'POST /sdk/v1/magic_links/authenticate': (call) =>
      withSdkUser(authenticate(consumer, readSdkSignIn(consumer, call))),
    'POST /sdk/v1/magic_links/email/login_or_create': ({ fields }) => email(loginOrCreate, consumer, fields),
    'POST /sdk/v1/magic_links/email/send/primary': ({ fields }) => email(send, consumer, fields),
    // Adds the address to the user of the page if no user has it.
    'POST /sdk/v1/magic_links/email/send/secondary': (call) => {
      const { token } = requireSdkSession(consumer, call);
      return email(send, consumer, call.fields.with({ session_token: token }));
    },
  };
}

/** Tells the page nothing about the user, whose ids only the backend API returns. */
function email(operation: typeof loginOrCreate | typeof send, consumer: Consumer, fields: Fields) {
  requireCodeChallenge(fields, 'code_challenge');
  operation(consumer, fields);
  return {};
}
