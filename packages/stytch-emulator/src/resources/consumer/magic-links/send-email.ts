import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { readSession } from '../../sessions/session-arguments.js';
import { readAttributes } from '../sign-in/attributes.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeChallenge } from '../../sign-in/pkce.js';
import { requireEmailAddress } from '../../email-address.js';
import { emailOf, requireEmailOf, type User } from '../users/user.js';
import { emailLink, readLinkOptions } from './email-link.js';
import { type Consumer } from '../consumer.js';

/** Emails a link to the user with this address. Creates the user if there is none. */
export function loginOrCreate(context: Consumer, fields: Fields) {
  const request = readRequest(context, fields);
  const isPending = fields.boolean('create_user_as_pending') ?? false;
  const existing = context.users.findByEmail(request.address);
  const user =
    existing ??
    context.users.create({
      email: { address: request.address, verified: false },
      status: isPending ? 'pending' : 'active',
    });
  const email = requireEmailOf(user, request.address);
  emailLink(context, email, toLink(request, user, existing?.status === 'active' ? 'login' : 'signup'));
  return { user_id: user.userId, email_id: email.emailId, user_created: existing === undefined };
}

/** Emails a link to an existing user. With `user_id` or a session, the address may be new to that user. */
export function send(context: Consumer, fields: Fields) {
  const request = readRequest(context, fields);
  const identified = readUser(context, fields);
  const owner = context.users.findByEmail(request.address);
  if (identified && owner && owner.userId !== identified.userId) {
    refuse(400, 'duplicate_email');
  }
  const user = owner ?? identified ?? refuse(404, 'email_not_found');
  const email = emailOf(user, request.address) ?? context.users.addEmail(user, request.address);
  emailLink(context, email, toLink(request, user, user.status === 'active' ? 'login' : 'signup'));
  return { user_id: user.userId, email_id: email.emailId };
}

type Request = ReturnType<typeof readRequest>;

/** Validates everything before anything is created. */
function readRequest(context: Consumer, fields: Fields) {
  checkLocale(fields);
  return {
    address: requireEmailAddress(fields.string('email')),
    codeChallenge: checkCodeChallenge(fields.string('code_challenge')),
    attributes: readAttributes(fields),
    login: readLinkOptions(context, fields, 'login'),
    signup: readLinkOptions(context, fields, 'signup'),
  };
}

function toLink({ codeChallenge, attributes, ...request }: Request, user: User, kind: 'login' | 'signup') {
  return { kind, userId: user.userId, codeChallenge, attributes, ...request[kind] };
}

function readUser(context: Consumer, fields: Fields): User | undefined {
  const userId = fields.string('user_id') ?? readSession(context, fields)?.userId;
  return userId === undefined ? undefined : context.users.get(userId);
}
