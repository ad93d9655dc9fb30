import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { readSession } from '../../sessions/session-arguments.js';
import { type B2B } from '../b2b.js';
import { discoverMemberships, discoverOrganizations } from './discovered-organizations.js';

/** The organizations of the person who has an intermediate session or a session, which stay as they are. */
export function listOrganizations(b2b: B2B, fields: Fields) {
  const intermediate = b2b.intermediateSessions.read(fields);
  const session = readSession(b2b, fields);
  if (intermediate && session) {
    refuse(
      400,
      'too_many_session_arguments',
      'Only one of intermediate_session_token, session_token and session_jwt is allowed.',
    );
  }
  if (intermediate) {
    return {
      email_address: intermediate.emailAddress,
      discovered_organizations: discoverOrganizations(b2b, intermediate),
      organization_id_hint: null,
    };
  }
  const { memberId, factors } =
    session ??
    refuse(
      400,
      'no_session_arguments',
      'intermediate_session_token, session_token or session_jwt is required.',
    );
  const emailAddress = b2b.members.getById(memberId).email.address;
  return {
    email_address: emailAddress,
    discovered_organizations: discoverMemberships(b2b, { emailAddress, factors }),
    organization_id_hint: null,
  };
}
