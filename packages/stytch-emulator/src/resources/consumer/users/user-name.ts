import { type Fields } from '../../../wire/fields.js';
import { type UserName } from './user.js';

/** The name parts that the request contains. */
export function readName(fields: Fields): Partial<UserName> {
  const name = fields.fields('name');
  const parts = {
    firstName: name?.string('first_name'),
    middleName: name?.string('middle_name'),
    lastName: name?.string('last_name'),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}
