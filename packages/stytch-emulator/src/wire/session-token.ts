/** Whether a text has the form of an opaque session token. */
export function isSessionToken(text: string): boolean {
  return /^[\w-]{40,64}={0,2}$/.test(text);
}
