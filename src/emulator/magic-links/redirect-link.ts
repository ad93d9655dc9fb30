/** The URL with parameters appended. What it has already stays as it is, to the letter. */
export function withParameters(url: string, parameters: Record<string, string>): string {
  const [address = '', ...fragment] = url.split('#');
  const joint = address.includes('?') ? '&' : '?';
  return [`${address}${joint}${new URLSearchParams(parameters).toString()}`, ...fragment].join('#');
}

/** The link in a mail: it leads to the emulator, and from there to the application. */
export function redirectLink(emulatorUrl: string, publicToken: string, token: string): string {
  return withParameters(`${emulatorUrl}/v1/magic_links/redirect`, {
    public_token: publicToken,
    stytch_token_type: 'magic_links',
    token,
  });
}
