/**
 * The fields of a form (`application/x-www-form-urlencoded`), by the rules of RFC 6749, section 3.2: an empty
 * field counts as absent. Returns undefined if a field is repeated.
 */
export function parseForm(text: string): Record<string, string> | undefined {
  const fields = [...new URLSearchParams(text)];
  if (new Set(fields.map(([name]) => name)).size < fields.length) return undefined;
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}

export function isForm(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? '');
}
