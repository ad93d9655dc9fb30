import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { type Editable, Entries } from '../../../project/entries.js';
import { refuse } from '../../../wire/api-error.js';
import { type Organization } from './organization.js';
import { defaultSettings, type OrganizationSettings } from './organization-settings.js';
import { checkExternalId, checkName, checkSlug, slugOf } from './organization-names.js';

export interface NewOrganization {
  organizationId?: string | undefined;
  name: string;
  /** Default: derived from the name. */
  slug?: string | undefined;
  logoUrl?: string | undefined;
  externalId?: string | undefined;
  trustedMetadata?: Record<string, unknown> | undefined;
  settings?: Partial<OrganizationSettings> | undefined;
}

/** What identifies an organization besides its id. Slugs are compared case-insensitively. */
const keys = {
  slug: (slug: string) => `slug:${slug.toLowerCase()}`,
  externalId: (externalId: string) => `external-id:${externalId}`,
};

function keysOf({ slug, externalId }: Organization): string[] {
  return [keys.slug(slug), ...(externalId === null ? [] : [keys.externalId(externalId)])];
}

export class Organizations {
  readonly entries = new Entries<Organization>(({ organizationId }) => organizationId);
  private readonly index = this.entries.indexBy(keysOf);
  private readonly deleteListeners = new Set<(organization: Organization) => void>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  /** In the order of their creation. */
  all(): Organization[] {
    return this.entries.all();
  }

  /** Finds an organization by id, slug or external id. */
  find(id: string): Organization | undefined {
    return this.entries.get(id) ?? this.findBySlug(id) ?? this.index.get(keys.externalId(id));
  }

  findBySlug(slug: string): Organization | undefined {
    return this.index.get(keys.slug(slug));
  }

  /** @throws {ApiError} `organization_not_found`, or `invalid_organization_id` if the id is malformed */
  get(id: string): Organization {
    const isMalformed =
      id === '' || id.length > 128 || (id.startsWith('organization-live-') && !this.find(id));
    return (
      this.find(id) ??
      (isMalformed
        ? refuse(
            400,
            'invalid_organization_id',
            'organization_id is not an organization id of a test project.',
          )
        : refuse(404, 'organization_not_found', 'Organization could not be found.'))
    );
  }

  /**
   * @throws {ApiError} `invalid_organization_name`, `invalid_organization_slug`, `organization_slug_already_used`,
   *   `invalid_organization_external_id`, `organization_external_id_already_used`
   */
  create(from: NewOrganization): Organization {
    const now = nowSeconds(this.clock);
    const name = checkName(from.name);
    const organization: Organization = {
      organizationId: from.organizationId ?? this.identifiers.id('organization'),
      name,
      slug: from.slug === undefined ? this.freeSlug(slugOf(name)) : this.checkFreeSlug(from.slug),
      logoUrl: from.logoUrl ?? '',
      externalId: from.externalId === undefined ? null : this.checkFreeExternalId(from.externalId),
      trustedMetadata: from.trustedMetadata ?? {},
      settings: { ...defaultSettings, ...from.settings },
      customRoles: [],
      isSuspended: false,
      createdAtSeconds: now,
      updatedAtSeconds: now,
    };
    this.entries.set(organization);
    return organization;
  }

  /** The same object, to be changed now. It counts as updated. */
  edit(organization: Organization): Editable<Organization> {
    const edited = this.entries.edit(organization);
    edited.updatedAtSeconds = nowSeconds(this.clock);
    return edited;
  }

  /** @throws {ApiError} `invalid_organization_slug`, `organization_slug_already_used` */
  checkFreeSlug(slug: string, owner?: Organization): string {
    const existing = this.findBySlug(checkSlug(slug));
    if (existing === undefined || existing === owner) return slug;
    return refuse(400, 'organization_slug_already_used', 'Another organization has this slug.');
  }

  /** @throws {ApiError} `invalid_organization_external_id`, `organization_external_id_already_used` */
  checkFreeExternalId(externalId: string, owner?: Organization): string {
    const existing = this.index.get(keys.externalId(checkExternalId(externalId)));
    if (existing === undefined || existing === owner) return externalId;
    return refuse(400, 'organization_external_id_already_used', 'Another organization has this external id.');
  }

  delete(organization: Organization): void {
    this.entries.delete(organization);
    for (const listener of this.deleteListeners) listener(organization);
  }

  /** Calls the listener after an organization was deleted, so that other resources can delete what belongs to it. */
  onDelete(listener: (organization: Organization) => void): void {
    this.deleteListeners.add(listener);
  }

  /** The slug, with a number if another organization has it. */
  private freeSlug(slug: string): string {
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? slug : `${slug}-${number}`;
      if (!this.findBySlug(candidate)) return candidate;
    }
  }
}
