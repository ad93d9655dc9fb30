import { EmulatorError } from '../../emulator-error.js';
import { seedOrganizations } from '../../resources/b2b/administration/seed-organizations.js';
import { type B2B } from '../../resources/b2b/b2b.js';
import { memberToWire } from '../../resources/b2b/members/member.wire.js';
import { checkName } from '../../resources/b2b/organizations/organization-names.js';
import { organizationToWire } from '../../resources/b2b/organizations/organization.wire.js';
import { checkSettings, readSettings } from '../../resources/b2b/organizations/read-settings.js';
import { Fields } from '../../wire/fields.js';
import { withEmulatorErrors } from '../with-emulator-errors.js';
import {
  type ApiMember,
  type ApiOrganization,
  type NewMemberOptions,
  type NewOrganizationOptions,
  type OrganizationChanges,
} from './b2b-controls.js';
import { findMember, findOrganization } from './find-member.js';

/** @throws {EmulatorError} `emulator_options_invalid` */
export function createOrganization(b2b: B2B, options: NewOrganizationOptions): ApiOrganization {
  const { organizationId = b2b.identifiers.id('organization') } = options;
  if (b2b.organizations.find(organizationId)) {
    throw new EmulatorError('emulator_options_invalid', 'Another organization has this id.');
  }
  try {
    load(b2b, [{ ...options, organizationId }]);
  } catch (error) {
    // One of the members is invalid.
    const incomplete = b2b.organizations.find(organizationId);
    if (incomplete) b2b.organizations.delete(incomplete);
    throw error;
  }
  return organizationToWire(findOrganization(b2b, organizationId));
}

/** @throws {EmulatorError} `emulator_organization_not_found`, `emulator_options_invalid` */
export function updateOrganization(
  b2b: B2B,
  id: string,
  { name, slug, settings = {}, suspended }: OrganizationChanges,
): ApiOrganization {
  const { organizations } = b2b;
  const organization = findOrganization(b2b, id);
  return withEmulatorErrors(() => {
    const changes = {
      name: name === undefined ? organization.name : checkName(name),
      slug: slug === undefined ? organization.slug : organizations.checkFreeSlug(slug, organization),
      settings: checkSettings({ ...organization.settings, ...readSettings(new Fields({ ...settings })) }),
      isSuspended: suspended ?? organization.isSuspended,
    };
    Object.assign(organizations.edit(organization), changes);
    return organizationToWire(organization);
  });
}

/** @throws {EmulatorError} `emulator_organization_not_found`, `emulator_options_invalid` */
export function createMember(b2b: B2B, { organization: id, ...member }: NewMemberOptions): ApiMember {
  const organization = findOrganization(b2b, id);
  const { organizationId, name } = organization;
  if (b2b.members.findByEmail(organization, member.email)) {
    throw new EmulatorError('emulator_options_invalid', 'A member with this email address already exists.');
  }
  load(b2b, [{ organizationId, name, members: [member] }]);
  return memberToWire(findMember(b2b, organization, { email: member.email }), organization);
}

/** What the seed accepts, the controls accept. */
function load(b2b: B2B, part: NewOrganizationOptions[]): void {
  const seed = seedOrganizations(b2b);
  const invalid = seed.problemsOf(part);
  const [problem] = invalid.length > 0 ? invalid : seed.load(part);
  if (problem !== undefined) {
    throw new EmulatorError('emulator_options_invalid', problem.replace(/^\[0\]\.?/, ''));
  }
}
