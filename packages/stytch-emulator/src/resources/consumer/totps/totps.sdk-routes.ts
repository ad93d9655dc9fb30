import { type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { type Consumer } from '../consumer.js';
import { requireStrongUser } from '../users/require-strong-session.js';
import { withSdkUser } from '../users/sdk-user.js';
import { authenticate } from './authenticate.js';
import { createTotp } from './create-totp.js';
import { deleteTotp } from './delete-totp.js';
import { listRecoveryCodes } from './list-recovery-codes.js';
import { recover } from './recover.js';

/** A page has a session before it uses an authenticator app, and no operation names another user than the session's. */
export function totpsSdkRoutes(consumer: Consumer): SdkRoutes {
  return {
    'POST /sdk/v1/totps': (call) => withSdkUser(createTotp(consumer, forStrongUser(consumer, call))),
    'POST /sdk/v1/totps/authenticate': (call) => withSdkUser(authenticate(consumer, signIn(consumer, call))),
    'POST /sdk/v1/totps/recover': (call) => withSdkUser(recover(consumer, signIn(consumer, call))),
    'POST /sdk/v1/totps/recovery_codes': (call) => listRecoveryCodes(consumer, forStrongUser(consumer, call)),
    'DELETE /sdk/v1/users/totps/{totp_id}': (call) =>
      withSdkUser(deleteTotp(consumer.users, call.parameter('totp_id'), requireStrongUser(consumer, call))),
  };
}

function signIn(consumer: Consumer, call: SdkCall) {
  const { userId } = requireSdkSession(consumer, call);
  return readSdkSignIn(consumer, call).with({ user_id: userId });
}

function forStrongUser(consumer: Consumer, call: SdkCall) {
  return call.fields.with({ user_id: requireStrongUser(consumer, call).userId });
}
