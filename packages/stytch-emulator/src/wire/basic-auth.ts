import { createHash, timingSafeEqual } from 'node:crypto';
import { type MiddlewareHandler } from 'hono';
import { type Credentials } from '../project/credentials.js';
import { refuse } from './api-error.js';

/** Requires the project's id and secret as HTTP Basic credentials. */
export function basicAuth(credentials: Credentials): MiddlewareHandler {
  return (c, next) => {
    checkAuthorization(c.req.header('authorization'), credentials);
    return next();
  };
}

/**
 * @throws {ApiError} `invalid_authorization_header`, `invalid_project_id_authentication`,
 *   `unauthorized_project_id_live`, `invalid_secret_authentication`, `unauthorized_credentials`
 */
export function checkAuthorization(header: string | undefined, credentials: Credentials): void {
  const [projectId, secret] =
    decodeBasic(header) ??
    refuse(
      400,
      'invalid_authorization_header',
      'project_id and secret are required as HTTP Basic authorization.',
    );
  if (projectId.startsWith('project-live-')) {
    refuse(
      401,
      'unauthorized_project_id_live',
      'The emulator only accepts the project_id of a test project.',
    );
  }
  if (!/^project-test-[\w-]+$/.test(projectId)) {
    refuse(400, 'invalid_project_id_authentication', 'project_id is not a valid project id.');
  }
  if (!isEqual(secret, credentials.secret) && !secret.startsWith('secret-')) {
    refuse(401, 'invalid_secret_authentication', 'secret is not a valid project secret.');
  }
  if (projectId !== credentials.projectId || !isEqual(secret, credentials.secret)) {
    refuse(401, 'unauthorized_credentials');
  }
}

/** Name and password of HTTP Basic authorization; undefined if the header is anything else. */
export function decodeBasic(header: string | undefined): [name: string, password: string] | undefined {
  const [, encoded] = /^Basic +([\w+/-]+={0,2})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return rest.length === 0 ? undefined : [name, rest.join(':')];
}

/** Takes the same time for all texts. */
export function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
