import { type MessageChannel } from '../../../mailbox/message.js';
import { type Fields } from '../../../wire/fields.js';
import { type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { requireStrongSession } from '../users/require-strong-session.js';
import { withSdkUser } from '../users/sdk-user.js';
import { authenticate } from './authenticate.js';
import { contacts } from './contact.js';
import { type OtpContext } from './otp-context.js';
import { loginOrCreate, send } from './send-code.js';

export function otpsSdkRoutes(context: OtpContext): SdkRoutes {
  return {
    'POST /sdk/v1/otps/authenticate': (call) => authenticateCode(context, call),
    'POST /sdk/v1/otps/email/login_or_create': ({ fields }) => code(loginOrCreate, context, fields, 'email'),
    'POST /sdk/v1/otps/email/send/primary': ({ fields }) => code(send, context, fields, 'email'),
    'POST /sdk/v1/otps/email/send/secondary': (call) => sendSecondary(context, call, 'email'),
    'POST /sdk/v1/otps/sms/login_or_create': ({ fields }) => code(loginOrCreate, context, fields, 'sms'),
    'POST /sdk/v1/otps/sms/send/primary': ({ fields }) => code(send, context, fields, 'sms'),
    'POST /sdk/v1/otps/sms/send/secondary': (call) => sendSecondary(context, call, 'sms'),
    'POST /sdk/v1/otps/whatsapp/login_or_create': ({ fields }) =>
      code(loginOrCreate, context, fields, 'whatsapp'),
    'POST /sdk/v1/otps/whatsapp/send/primary': ({ fields }) => code(send, context, fields, 'whatsapp'),
    'POST /sdk/v1/otps/whatsapp/send/secondary': (call) => sendSecondary(context, call, 'whatsapp'),
  };
}

/** The SDK calls the code a token. */
function authenticateCode(context: OtpContext, call: SdkCall) {
  const fields = readSdkSignIn(context, call);
  return withSdkUser(authenticate(context, fields.with({ code: fields.any('token') })));
}

/** Sends a code to the user of the page. The email address or phone number may be new to that user. */
function sendSecondary(context: OtpContext, call: SdkCall, channel: MessageChannel) {
  const session = requireSdkSession(context, call);
  const user = context.users.get(session.userId);
  const contact = contacts[channel];
  if (contact.idOf(user, contact.read(call.fields)) === undefined)
    requireStrongSession(context, session, user);
  return code(send, context, call.fields.with({ session_token: session.token }), channel);
}

/** Tells the page of the user only what it needs to authenticate the code. */
function code(
  operation: typeof loginOrCreate | typeof send,
  context: OtpContext,
  fields: Fields,
  channel: MessageChannel,
) {
  const { [contacts[channel].idField]: methodId } = operation(context, fields, channel);
  return { method_id: methodId };
}
