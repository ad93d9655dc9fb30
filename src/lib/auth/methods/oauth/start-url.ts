/** The query of what the application requests of a provider. */
export const providerQuery = ({
  scopes = [],
  parameters = {},
}: {
  readonly scopes?: readonly string[] | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}): Readonly<Record<string, string>> => ({
  ...(scopes.length > 0 && { custom_scopes: scopes.join(' ') }),
  ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`provider_${name}`, value])),
});

/** The URL at Stytch at which a browser starts a sign-in with a provider. */
export function startUrl(apiUrl: string, path: string, query: Readonly<Record<string, string>>): string {
  // Stytch documents %20 for spaces; URLSearchParams writes +.
  const encoded = new URLSearchParams(query).toString().replaceAll('+', '%20');
  return `${apiUrl}${path}?${encoded}`;
}
