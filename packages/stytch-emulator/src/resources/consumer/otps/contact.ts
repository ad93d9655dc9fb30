import { type MessageChannel } from '../../../mailbox/message.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { emailLocales, phoneLocales } from '../../sign-in/locale.js';
import { requireEmailAddress } from '../../email-address.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { emailOf, phoneOf, type User } from '../users/user.js';
import { type NewUser, type Users } from '../users/users.js';

/** How the operations on codes by email differ from those on codes by SMS and WhatsApp. */
export interface Contact {
  /** The name of its id in responses. */
  readonly idField: 'email_id' | 'phone_id';
  readonly locales: readonly string[];
  /** @throws {ApiError} `invalid_email`, `invalid_phone_number` */
  read(fields: Fields): string;
  ownerOf(users: Users, to: string): User | undefined;
  /** The id of the address, if the user has it. */
  idOf(user: User, to: string): string | undefined;
  newUser(to: string): Pick<NewUser, 'email' | 'phoneNumber'>;
  /** Adds the address to a user, who has to verify it soon. Returns its id. */
  add(users: Users, user: User, to: string): string;
  refuseUnknown(): never;
  refuseDuplicate(): never;
}

const email: Contact = {
  idField: 'email_id',
  locales: emailLocales,
  read: (fields) => requireEmailAddress(fields.string('email')),
  ownerOf: (users, to) => users.findByEmail(to),
  idOf: (user, to) => emailOf(user, to)?.emailId,
  newUser: (to) => ({ email: { address: to, verified: false } }),
  add: (users, user, to) => users.addEmail(user, to).emailId,
  refuseUnknown: () => refuse(404, 'email_not_found'),
  refuseDuplicate: () => refuse(400, 'duplicate_email'),
};

const phone: Contact = {
  idField: 'phone_id',
  locales: phoneLocales,
  read: (fields) => requirePhoneNumber(fields.string('phone_number')),
  ownerOf: (users, to) => users.findByPhoneNumber(to),
  idOf: (user, to) => phoneOf(user, to)?.phoneId,
  newUser: (to) => ({ phoneNumber: to }),
  add: (users, user, to) => users.addPhoneNumber(user, to).phoneId,
  refuseUnknown: () => refuse(404, 'phone_number_not_found'),
  refuseDuplicate: () => refuse(400, 'duplicate_phone_number'),
};

export const contacts: Record<MessageChannel, Contact> = { email, sms: phone, whatsapp: phone };
