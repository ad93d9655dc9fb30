import { type Fields } from '../api/fields.js';
import { type UserName } from './user.js';

/** The parts of a name that are given; the others stay. */
export function nameIn(fields: Fields): Partial<UserName> {
  const name = fields.fields('name');
  const parts = {
    firstName: name?.string('first_name'),
    middleName: name?.string('middle_name'),
    lastName: name?.string('last_name'),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}
