import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { readPassword } from '../../passwords/read-password.js';
import { checkLocale, phoneLocales } from '../../sign-in/locale.js';
import { type B2B } from '../b2b.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { signInWithPassword } from './sign-in-with-password.js';
import { verifyPassword } from './verify-password.js';

export async function authenticate(b2b: B2B, fields: Fields) {
  checkLocale(fields, phoneLocales);
  const organization = readOrganization(b2b, fields);
  const address = requireEmailAddress(fields.string('email_address'));
  const password = readPassword(fields);
  const member = b2b.members.getByEmail(organization, address);
  await verifyPassword(b2b, member, password);
  return {
    ...signInWithPassword(b2b, fields, organization, member),
    organization_id: organization.organizationId,
  };
}
