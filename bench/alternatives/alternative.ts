import type { INestApplication, ModuleMetadata } from '@nestjs/common';

export interface StytchProject {
  readonly projectId: string;
  readonly secret: string;
  readonly apiUrl: string;
  /** For this package's own module; the others have nothing like it. */
  readonly session?: { readonly verifiedCacheMegabytes: number };
}

/** One way to require a session, as its own documentation says to set it up. */
export interface Alternative {
  readonly imports?: ModuleMetadata['imports'];
  readonly providers?: ModuleMetadata['providers'];
  configure?(app: INestApplication): void;
}

export const jwtCookie = 'stytch_session_jwt';

/** Where Stytch publishes a project's keys. */
export const keysUrl = ({ apiUrl, projectId }: StytchProject) => `${apiUrl}/v1/sessions/jwks/${projectId}`;

export const issuerOf = ({ projectId }: StytchProject) => `stytch.com/${projectId}`;
