/** Whether a text can be a scope: RFC 6749, section 3.3, at most 128 characters. */
export function isScope(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text);
}

/** The scopes in a space-separated list, each once. */
export function splitScopes(scope: string): string[] {
  return [...new Set(scope.split(' ').filter((part) => part !== ''))];
}
