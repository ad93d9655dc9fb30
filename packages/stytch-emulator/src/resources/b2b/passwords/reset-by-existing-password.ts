import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';
import { checkLocale, phoneLocales } from '../../sign-in/locale.js';
import { type B2B } from '../b2b.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { setNewPassword } from './set-new-password.js';
import { signInWithPassword } from './sign-in-with-password.js';
import { verifyPassword } from './verify-password.js';

export async function resetByExistingPassword(b2b: B2B, fields: Fields) {
  checkLocale(fields, phoneLocales);
  const organization = readOrganization(b2b, fields);
  const address = requireEmailAddress(fields.string('email_address'));
  const existing = readPassword(fields, 'existing_password');
  const password = readPassword(fields, 'new_password');
  const member = b2b.members.getByEmail(organization, address);
  await requireStrongPassword(password, address);
  await verifyPassword(b2b, member, existing);
  setNewPassword(b2b, member, password);
  return signInWithPassword(b2b, fields, organization, member);
}
