import { formatDuration } from '../../../mailbox/format-duration.js';
import { type MessageChannel } from '../../../mailbox/message.js';
import { type Fields } from '../../../wire/fields.js';
import { readSession } from '../../sessions/session-arguments.js';
import { type Attributes, readAttributes } from '../sign-in/attributes.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { checkLocale } from '../../sign-in/locale.js';
import { sandboxUser } from '../users/sandbox-user.js';
import { type User } from '../users/user.js';
import { contacts } from './contact.js';
import { type OtpContext } from './otp-context.js';
import { expirationLimits } from './passcode.js';

/** Sends a code to the user with this email address or phone number. Creates the user if there is none. */
export function loginOrCreate(context: OtpContext, fields: Fields, channel: MessageChannel) {
  const contact = contacts[channel];
  const request = readRequest(fields, channel);
  const isPending = fields.boolean('create_user_as_pending') ?? false;
  const existing = contact.ownerOf(context.users, request.to);
  const user =
    existing ??
    context.users.create({ ...contact.newUser(request.to), status: isPending ? 'pending' : 'active' });
  const methodId = methodIdOf(context, user, request);
  sendCode(context, { user, methodId }, request, existing?.status === 'active' ? 'login' : 'signup');
  return {
    user_id: user.userId,
    [contact.idField]: methodId,
    user_created: existing === undefined,
  };
}

/**
 * Sends a code to an existing user. With `user_id` or a session, the email address or phone number may be new to
 * that user.
 */
export function send(context: OtpContext, fields: Fields, channel: MessageChannel) {
  const contact = contacts[channel];
  const request = readRequest(fields, channel);
  const identified = readUser(context, fields);
  const owner = contact.ownerOf(context.users, request.to);
  if (identified && owner && owner.userId !== identified.userId) contact.refuseDuplicate();
  const user = owner ?? identified ?? contact.refuseUnknown();
  const methodId = methodIdOf(context, user, request);
  sendCode(context, { user, methodId }, request, user.status === 'active' ? 'login' : 'signup');
  return { user_id: user.userId, [contact.idField]: methodId };
}

interface Request {
  channel: MessageChannel;
  to: string;
  attributes: Attributes;
  expirationMinutes: number;
}

/** Validates everything before anything is created. */
function readRequest(fields: Fields, channel: MessageChannel): Request {
  const contact = contacts[channel];
  checkLocale(fields, contact.locales);
  return {
    channel,
    to: contact.read(fields),
    attributes: readAttributes(fields),
    expirationMinutes: checkExpirationMinutes(fields.integer('expiration_minutes'), expirationLimits),
  };
}

/** The id of the email address or phone number. Adds it to the user who does not have it. */
function methodIdOf({ users }: OtpContext, user: User, { channel, to }: Request): string {
  const contact = contacts[channel];
  return contact.idOf(user, to) ?? contact.add(users, user, to);
}

function readUser(context: OtpContext, fields: Fields): User | undefined {
  const userId = fields.string('user_id') ?? readSession(context, fields)?.userId;
  return userId === undefined ? undefined : context.users.get(userId);
}

const purposes = {
  login: { type: 'otp_login', label: 'Login code', subject: 'Your login code' },
  signup: { type: 'otp_signup', label: 'Signup code', subject: 'Confirm your email address' },
};

/** Delivers a new code to the mailbox. Nothing is sent to the sandbox user, who has a fixed code. */
function sendCode(
  { passcodes, mailbox, identifiers }: OtpContext,
  { user, methodId }: { user: User; methodId: string },
  { to, ...request }: Request,
  purpose: keyof typeof purposes,
): void {
  if (user.userId === sandboxUser.userId) return;
  const { channel } = request;
  const { subject, ...message } = purposes[purpose];
  const code = identifiers.passcode();
  const messageId = mailbox.deliver({
    ...message,
    kind: 'code',
    subject: channel === 'email' ? subject : null,
    to,
    channel,
    code,
    methodId,
    text: `${channel === 'email' ? 'Enter this code to continue.' : `${code} is your code.`} It expires in ${formatDuration(request.expirationMinutes * 60)}.`,
  });
  passcodes.create({ ...request, userId: user.userId, methodId, code, messageId });
}
