import { refuse } from '../../../wire/api-error.js';

const maxLength = 128;

/** @throws {ApiError} `organization_name_missing`, `invalid_organization_name` */
export function checkName(name: string): string {
  if (name === '') refuse(400, 'organization_name_missing', 'organization_name is required.');
  if (name.length <= maxLength) return name;
  return refuse(
    400,
    'invalid_organization_name',
    `organization_name must have at most ${maxLength} characters.`,
  );
}

/** @throws {ApiError} `invalid_organization_slug` */
export function checkSlug(slug: string): string {
  if (/^[\w.~-]{2,128}$/.test(slug)) return slug;
  return refuse(
    400,
    'invalid_organization_slug',
    'organization_slug must be 2 to 128 letters, digits, hyphens, dots, underscores and tildes.',
  );
}

/** @throws {ApiError} `invalid_organization_external_id` */
export function checkExternalId(externalId: string): string {
  if (/^[\w.|-]{1,128}$/.test(externalId)) return externalId;
  return refuse(
    400,
    'invalid_organization_external_id',
    'organization_external_id must be 1 to 128 letters, digits, dots, underscores, hyphens or vertical bars.',
  );
}

/** A slug from a name. How Stytch derives it is not documented. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[^\w.~ -]/g, '')
    .trim()
    .replace(/[ _]+/g, '-')
    .replace(/[.~-]+$/, '')
    .toLowerCase()
    .slice(0, maxLength - 10);
  return slug.length < 2 ? 'organization' : slug;
}
