import { isDeepStrictEqual } from 'node:util';
import type { CredentialKind, SessionCookieNames } from '../lib/index.js';
import type { Security, SecurityRequirement, SecuritySchemes } from './openapi.js';

/** What the security schemes are called in the document. */
export interface SchemeNames {
  readonly cookie: string;
  readonly bearer: string;
}

/** The schemes, by the names that the document has for them. */
export const securitySchemes = (
  names: SchemeNames,
  { jwtName, tokenName }: SessionCookieNames,
): SecuritySchemes => ({
  [names.cookie]: {
    type: 'apiKey',
    in: 'cookie',
    name: jwtName,
    description: `The session JWT. Signing in sets it together with the cookie \`${tokenName}\`, which renews it. Browsers send both by themselves.`,
  },
  [names.bearer]: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token in the `Authorization` header. Each operation says which kinds it accepts.',
  },
});

/** What a scheme is, apart from what it says about itself. */
export function isSameScheme(one: SecuritySchemes[string], other: SecuritySchemes[string]): boolean {
  const identify = ({ type, in: place, name, scheme }: Readonly<Record<string, unknown>>) => ({
    type,
    place,
    name,
    scheme: typeof scheme === 'string' ? scheme.toLowerCase() : scheme,
  });
  return isDeepStrictEqual(identify({ ...one }), identify({ ...other }));
}

/** One of these is enough. */
export function alternativesOf(credentials: ReadonlySet<CredentialKind>, names: SchemeNames): Security {
  const hasBearer = [...credentials].some((kind) => kind !== 'cookie');
  return [
    ...(credentials.has('cookie') ? [{ [names.cookie]: [] }] : []),
    ...(hasBearer ? [{ [names.bearer]: [] }] : []),
  ];
}

/**
 * What an operation requires, together with what it or the document states already. Stated schemes that are not ours
 * belong to other guards, which ask for them in addition.
 */
export function requireSecurity(stated: Security, ours: Security, names: SchemeNames): Security {
  const complete = stated.filter((alternative) => hasOurs(alternative, names));
  const others = stated.length === 0 ? [{}] : stated.map((alternative) => withoutOurs(alternative, names));
  const combined = others.flatMap((other) => ours.map((alternative) => ({ ...other, ...alternative })));
  return [...complete, ...combined].filter(
    (alternative, at, all) => all.findIndex((other) => isDeepStrictEqual(other, alternative)) === at,
  );
}

/**
 * What the document requires of all operations, without our schemes, for one that requires no session.
 * `undefined` if that is what the document states.
 */
export function waiveSecurity(ofDocument: Security, names: SchemeNames): Security | undefined {
  if (!ofDocument.some((alternative) => hasOurs(alternative, names))) return undefined;
  const others = ofDocument.map((alternative) => withoutOurs(alternative, names));
  return others.some((alternative) => Object.keys(alternative).length === 0) ? [] : others;
}

const withoutOurs = (
  alternative: SecurityRequirement,
  { cookie, bearer }: SchemeNames,
): SecurityRequirement =>
  Object.fromEntries(Object.entries(alternative).filter(([name]) => name !== cookie && name !== bearer));

const hasOurs = (alternative: SecurityRequirement, { cookie, bearer }: SchemeNames): boolean =>
  Object.hasOwn(alternative, cookie) || Object.hasOwn(alternative, bearer);
