import { fieldsOf, type RefusedForm } from '../../lib/auth/auth-pages.js';
import type { OrganizationsPage } from '../../lib/index.js';
import type { AvailableOrganization } from './discovered-organizations.js';
import { organizationNameField, type OrganizationChoices } from './organization-choice.js';

/** The content of the page on which a person chooses an organization. */
export function organizationsPage(
  { organizations, canCreate }: OrganizationChoices,
  action: string,
  again?: RefusedForm,
): OrganizationsPage {
  const choices = organizations.map((one) => ({ value: one.id, label: labelOf(one, organizations) }));
  return {
    name: 'organizations',
    ...(choices.length > 0 && {
      enter: {
        action,
        fields: [{ name: 'organization', type: 'choice', choices }],
        hidden: {},
        button: 'Continue',
      },
    }),
    ...(canCreate && {
      create: {
        action,
        fields: fieldsOf([organizationNameField], again),
        hidden: {},
        button: 'Create organization',
      },
    }),
  };
}

function labelOf(organization: AvailableOrganization, all: readonly AvailableOrganization[]): string {
  const { name, slug, membership, isCurrent = false } = organization;
  // Anybody who may create organizations can choose the name of another one, but not its slug.
  const isRepeated = all.some((other) => other !== organization && other.name === name);
  const label = isRepeated ? `${name} (${slug})` : name;
  if (isCurrent) return `Stay in ${label}`;
  return membership === 'member' ? label : `Join ${label}`;
}
