/** Room for a suffix that makes it unique. Stytch accepts 128 characters. */
const maxLength = 100;

/** The slug of a name, such as `acme-inc` for `Acme, Inc.`; undefined if too little of the name is left. */
export function slugFor(name: string): string | undefined {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replace(/^-|-$/g, '');
  return slug.length < 2 ? undefined : slug;
}
