import { type Fields } from '../../../wire/fields.js';
import { type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { requireCodeChallenge } from '../../sign-in/pkce.js';
import { requireEmailAddress } from '../../email-address.js';
import { type Consumer } from '../consumer.js';
import { requireStrongSession } from '../users/require-strong-session.js';
import { withSdkUser } from '../users/sdk-user.js';
import { emailOf } from '../users/user.js';
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
      const session = requireSdkSession(consumer, call);
      const user = consumer.users.get(session.userId);
      const address = requireEmailAddress(call.fields.string('email'));
      if (!emailOf(user, address)) requireStrongSession(consumer, session, user);
      return email(send, consumer, call.fields.with({ session_token: session.token }));
    },
  };
}

/** Tells the page nothing about the user, whose ids only the backend API returns. */
function email(operation: typeof loginOrCreate | typeof send, consumer: Consumer, fields: Fields) {
  requireCodeChallenge(fields, 'code_challenge');
  operation(consumer, fields);
  return {};
}
