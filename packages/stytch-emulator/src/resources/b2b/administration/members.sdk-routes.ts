import { type ApiCall, type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type B2B } from '../b2b.js';
import { asMember, byMember } from '../sessions/as-member.js';
import {
  create,
  getSelf,
  reactivate,
  remove,
  removePassword,
  removePhoneNumber,
  unlinkRetiredEmail,
} from './member-operations.js';
import { searchMembers } from './member-search.js';
import { updateMember } from './update-member.js';

export function membersSdkRoutes(b2b: B2B): SdkRoutes {
  const unlink = byMember(b2b, unlinkForPage);
  return {
    'GET /sdk/v1/b2b/organizations/members/me': byMember(b2b, getSelf),
    'PUT /sdk/v1/b2b/organizations/members/update': byMember(b2b, updateMember),
    'DELETE /sdk/v1/b2b/organizations/members/deletePhoneNumber': byMember(b2b, removePhoneNumber),
    'POST /sdk/v1/b2b/organizations/members': byMember(b2b, create),
    'PUT /sdk/v1/b2b/organizations/members/{member_id}': byMember(b2b, updateMember),
    'DELETE /sdk/v1/b2b/organizations/members/{member_id}': byMember(b2b, remove),
    'PUT /sdk/v1/b2b/organizations/members/{member_id}/reactivate': byMember(b2b, reactivate),
    'DELETE /sdk/v1/b2b/organizations/members/passwords/{member_password_id}': byMember(b2b, removePassword),
    'DELETE /sdk/v1/b2b/organizations/members/mfa_phone_numbers/{member_id}': byMember(
      b2b,
      removePhoneNumber,
    ),
    'POST /sdk/v1/b2b/organizations/me/members/search': (call) => searchOwn(b2b, call),
    'POST /sdk/v1/b2b/organizations/members/unlink_retired_email': unlink,
    'POST /sdk/v1/b2b/organizations/members/{member_id}/unlink_retired_email': unlink,
  };
}

/** The id of the organization is documented for the backend API only. */
function unlinkForPage(b2b: B2B, call: ApiCall) {
  return { ...unlinkRetiredEmail(b2b, call), organization_id: undefined };
}

function searchOwn(b2b: B2B, call: SdkCall) {
  const session = requireSdkSession(b2b, call);
  return searchMembers(b2b, asMember(call, session, { organization_ids: [session.organizationId] }));
}
