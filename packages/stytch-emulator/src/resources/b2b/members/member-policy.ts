import { type StytchPolicy } from '../../rbac/policy.js';
import { adminRoleId, memberRoleId } from './member-roles.js';

const infoActions = ['update.info.name', 'update.info.untrusted-metadata', 'update.info.mfa-phone'];
const emailActions = ['update.info.email', 'update.info.unlink.retired-email'];
const mfaActions = ['update.settings.mfa-enrolled', 'update.settings.default-mfa-method'];
const deletionActions = ['update.info.delete.mfa-phone', 'update.info.delete.password', 'delete'];
const connectionActions = ['create', 'update', 'delete', 'get'];

/**
 * The resources and roles that Stytch defines for B2B projects. The resources are documented, their actions are those
 * that the descriptions of the operations name. The roles permit what the documentation of the default roles says.
 */
export const memberPolicy: StytchPolicy = {
  resources: [
    {
      resource_id: 'stytch.organization',
      description: 'The organization.',
      actions: [
        'update.info.name',
        'update.info.slug',
        'update.info.logo-url',
        'update.settings.default-sso-connection',
        'update.settings.sso-jit-provisioning',
        'update.settings.allowed-domains',
        'update.settings.email-jit-provisioning',
        'update.settings.email-invites',
        'update.settings.allowed-auth-methods',
        'update.settings.mfa-policy',
        'update.settings.allowed-mfa-methods',
        'update.settings.implicit-roles',
        'update.settings.oauth-tenant-jit-provisioning',
        'update.settings.allowed-oauth-tenants',
        'delete',
      ],
    },
    {
      resource_id: 'stytch.member',
      description: 'All members of the organization.',
      actions: [
        'create',
        'search',
        ...infoActions,
        ...emailActions,
        ...mfaActions,
        'update.settings.is-breakglass',
        'update.settings.roles',
        'revoke-sessions',
        ...deletionActions,
      ],
    },
    {
      resource_id: 'stytch.self',
      description: 'The member itself.',
      actions: [...infoActions, ...emailActions, ...mfaActions, 'revoke-sessions', ...deletionActions],
    },
    { resource_id: 'stytch.sso', description: 'SSO connections.', actions: connectionActions },
    { resource_id: 'stytch.scim', description: 'SCIM connections.', actions: connectionActions },
  ],
  roles: [
    {
      role_id: memberRoleId,
      description: 'Assigned to every member.',
      permissions: [{ resource_id: 'stytch.self', actions: ['*'] }],
    },
    {
      role_id: adminRoleId,
      description: 'Assigned to the member who created the organization.',
      permissions: ['stytch.organization', 'stytch.member', 'stytch.sso', 'stytch.scim', 'stytch.self'].map(
        (resource_id) => ({ resource_id, actions: ['*'] }),
      ),
    },
  ],
};
