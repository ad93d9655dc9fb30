import { type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { requireCodeChallenge } from '../../sign-in/pkce.js';
import { type Consumer } from '../consumer.js';
import { withSdkUser } from '../users/sdk-user.js';
import { authenticate } from './authenticate.js';
import { createUserWithPassword } from './create-user-with-password.js';
import { resetByEmail } from './reset-by-email.js';
import { resetByExistingPassword } from './reset-by-existing-password.js';
import { resetBySession } from './reset-by-session.js';
import { startResetByEmail } from './start-reset-by-email.js';
import { strengthCheck } from './strength-check.js';

export function passwordsSdkRoutes(consumer: Consumer): SdkRoutes {
  const signIn = (operation: SignIn) => async (call: SdkCall) =>
    withSdkUser(await operation(consumer, readSdkSignIn(consumer, call)));
  return {
    'POST /sdk/v1/passwords': signIn(createUserWithPassword),
    'POST /sdk/v1/passwords/authenticate': signIn(authenticate),
    'POST /sdk/v1/passwords/email/reset': signIn(resetByEmail),
    'POST /sdk/v1/passwords/email/reset/start': ({ fields }) => {
      requireCodeChallenge(fields, 'code_challenge');
      startResetByEmail(consumer, fields);
      return {};
    },
    'POST /sdk/v1/passwords/existing_password/reset': signIn(resetByExistingPassword),
    'POST /sdk/v1/passwords/session/reset': async (call) => {
      const { token } = requireSdkSession(consumer, call);
      return withSdkUser(await resetBySession(consumer, call.fields.with({ session_token: token })));
    },
    'POST /sdk/v1/passwords/strength_check': ({ fields }) => strengthCheck(fields),
  };
}

type SignIn =
  typeof authenticate | typeof createUserWithPassword | typeof resetByEmail | typeof resetByExistingPassword;
