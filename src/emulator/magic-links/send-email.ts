import { refuse } from '../api/api-error.js';
import { type Fields } from '../api/fields.js';
import { type EmulatedProject } from '../emulated-project.js';
import { sessionArgument } from '../sessions/session-arguments.js';
import { checkedEmailAddress } from '../users/email-address.js';
import { emailOf, type User, type UserEmail } from '../users/user.js';
import { attributesIn } from './attributes.js';
import { lifeMinutes } from './life-minutes.js';
import { checkedCodeChallenge } from './pkce.js';

/** Mails a link to whoever has the address; makes a user for it where nobody has. */
export function loginOrCreate(project: EmulatedProject, fields: Fields) {
  const wishes = linkWishes(project, fields);
  const pending = fields.boolean('create_user_as_pending') ?? false;
  const known = project.users.findByEmail(wishes.address);
  const user =
    known ??
    project.users.create({
      email: { address: wishes.address, verified: false },
      status: pending ? 'pending' : 'active',
    });
  const email = existingEmail(user, wishes.address);
  // Somebody new, or pending still, confirms the address with a signup link.
  mailLink(project, user, email, known?.status === 'active' ? 'login' : 'signup', wishes);
  return { user_id: user.userId, email_id: email.emailId, user_created: known === undefined };
}

/** Mails a link to a user there is; with `user_id` or a session, the address can be new to that user. */
export function send(project: EmulatedProject, fields: Fields) {
  const wishes = linkWishes(project, fields);
  const named = namedUser(project, fields);
  const owner = project.users.findByEmail(wishes.address);
  if (named && owner && owner.userId !== named.userId) {
    refuse('duplicate_email', 'Another user has this email address.');
  }
  const user = owner ?? named ?? refuse('email_not_found', 'No user has this email address.');
  const email = emailOf(user, wishes.address) ?? project.users.addEmail(user, wishes.address);
  mailLink(project, user, email, user.status === 'active' ? 'login' : 'signup', wishes);
  return { user_id: user.userId, email_id: email.emailId };
}

type LinkWishes = ReturnType<typeof linkWishes>;

// Everything is looked at before anything is changed.
function linkWishes({ redirectUrls }: EmulatedProject, fields: Fields) {
  return {
    address: checkedEmailAddress(fields.string('email')),
    codeChallenge: checkedCodeChallenge(fields.string('code_challenge')),
    attributes: attributesIn(fields),
    login: {
      redirectUrl: redirectUrls.choose('login', fields.string('login_magic_link_url')),
      lifeMinutes: lifeMinutes('login', fields.integer('login_expiration_minutes')),
    },
    signup: {
      redirectUrl: redirectUrls.choose('signup', fields.string('signup_magic_link_url')),
      lifeMinutes: lifeMinutes('signup', fields.integer('signup_expiration_minutes')),
    },
  };
}

function mailLink(
  { magicLinks, mailbox }: EmulatedProject,
  user: User,
  email: UserEmail,
  kind: 'login' | 'signup',
  { codeChallenge, attributes, ...wishes }: LinkWishes,
): void {
  const link = magicLinks.create({
    kind,
    userId: user.userId,
    methodId: email.emailId,
    codeChallenge,
    attributes,
    ...wishes[kind],
  });
  mailbox.deliver(email.address, { ...link, kind });
}

function namedUser(project: EmulatedProject, fields: Fields): User | undefined {
  const userId = fields.string('user_id') ?? sessionArgument(project, fields)?.userId;
  return userId === undefined ? undefined : project.users.get(userId);
}

function existingEmail(user: User, address: string): UserEmail {
  const email = emailOf(user, address);
  if (!email) throw new Error('The user was found or made by this address.');
  return email;
}
