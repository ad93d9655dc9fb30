import { type MemberSession } from 'nestjs-stytch';
import { personHeading } from '../../pages/person.js';
import { type Html } from '../../pages/html.js';

/** A heading that shows who is signed in, and to which organization. */
export const memberHeading = ({ email, memberId, organization }: MemberSession): Html =>
  personHeading(email ?? memberId, `Signed in to ${organization.slug}`);
