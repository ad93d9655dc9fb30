import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { memberToWire } from '../members/member.wire.js';
import {
  create,
  dangerouslyGet,
  find,
  reactivate,
  remove,
  removeExternalId,
  removePassword,
  removePhoneNumber,
  unlinkRetiredEmail,
} from './member-operations.js';
import { searchMembers } from './member-search.js';
import { membersSdkRoutes } from './members.sdk-routes.js';
import { updateMember } from './update-member.js';

/** The members of organizations. Wherever an operation takes a `member_id`, it takes an external id too. */
export function membersResource(b2b: B2B): Resource {
  const { organizations, members, locks } = b2b;
  organizations.onDelete((organization) => {
    members.removeAllOf(organization);
  });
  return {
    name: 'members',
    routes: {
      'POST /v1/b2b/organizations/{organization_id}/members': (call) => create(b2b, call),
      'GET /v1/b2b/organizations/{organization_id}/member': (call) => find(b2b, call),
      'GET /v1/b2b/organizations/members/dangerously_get/{member_id}': (call) => dangerouslyGet(b2b, call),
      'PUT /v1/b2b/organizations/{organization_id}/members/{member_id}': (call) => updateMember(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/{member_id}': (call) => remove(b2b, call),
      'PUT /v1/b2b/organizations/{organization_id}/members/{member_id}/reactivate': (call) =>
        reactivate(b2b, call),
      'POST /v1/b2b/organizations/members/search': (call) => searchMembers(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/passwords/{member_password_id}': (call) =>
        removePassword(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/mfa_phone_numbers/{member_id}': (call) =>
        removePhoneNumber(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/{member_id}/external_id': (call) =>
        removeExternalId(b2b, call),
      'POST /v1/b2b/organizations/{organization_id}/members/{member_id}/unlink_retired_email': (call) =>
        unlinkRetiredEmail(b2b, call),
    },
    sdkRoutes: membersSdkRoutes(b2b),
    entries: members.entries,
    webhookObjects: {
      objectType: 'member',
      find: (id) => {
        const member = members.entries.get(id);
        if (member === undefined || member.status === 'deleted') return undefined;
        return memberToWire(member, organizations.get(member.organizationId));
      },
    },
    tidy() {
      locks.removeExpired();
    },
  };
}
