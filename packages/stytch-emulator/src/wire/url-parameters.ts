/** Appends query parameters. The rest of the URL is not normalized, so existing parameters keep their spelling. */
export function withParameters(url: string, parameters: Record<string, string>): string {
  const [address = '', ...fragment] = url.split('#');
  const separator = address.includes('?') ? '&' : '?';
  return [`${address}${separator}${new URLSearchParams(parameters).toString()}`, ...fragment].join('#');
}
