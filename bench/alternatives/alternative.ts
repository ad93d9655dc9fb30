import type { INestApplication, ModuleMetadata } from '@nestjs/common';

export interface StytchProject {
  readonly projectId: string;
  readonly secret: string;
  readonly apiUrl: string;
  /** Only used by nestjs-stytch. */
  readonly session?: { readonly cacheMegabytes: number };
}

/** One way to require a session, configured as its documentation recommends. */
export interface Alternative {
  readonly imports?: ModuleMetadata['imports'];
  readonly providers?: ModuleMetadata['providers'];
  /** Applied to the controller. */
  readonly controllerDecorator?: ClassDecorator;
  configure?(app: INestApplication): void;
}

export const jwtCookie = 'stytch_session_jwt';
export const tokenCookie = 'stytch_session';

/** The URL of the project's JWKS. */
export const keysUrl = ({ apiUrl, projectId }: StytchProject) => `${apiUrl}/v1/sessions/jwks/${projectId}`;

export const issuerOf = ({ projectId }: StytchProject) => `stytch.com/${projectId}`;
