import { createHash, timingSafeEqual } from 'node:crypto';
import { type MiddlewareHandler } from 'hono';
import { type Project } from '../project.js';
import { refuse } from './api-error.js';

/** Passes calls that carry the project's own id and secret (HTTP Basic). */
export function basicAuth(project: Project): MiddlewareHandler {
  return (c, next) => {
    checkAuthorization(c.req.header('authorization'), project);
    return next();
  };
}

/**
 * @throws {ApiError} `invalid_authorization_header`, `invalid_project_id_authentication`,
 *   `unauthorized_project_id_live`, `invalid_secret_authentication`, `unauthorized_credentials`
 */
export function checkAuthorization(header: string | undefined, project: Project): void {
  const [, encoded] = /^Basic +([\w+/-]+={0,2})$/i.exec(header ?? '') ?? [];
  const [projectId = '', ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString()
    .split(':');
  const secret = rest.join(':');
  if (encoded === undefined || rest.length === 0) {
    refuse('invalid_authorization_header', 'Send project_id and secret as HTTP Basic authorization.');
  }
  if (projectId.startsWith('project-live-')) {
    refuse(
      'unauthorized_project_id_live',
      'This is a test environment: use the project_id of a test project.',
    );
  }
  if (!/^project-test-[\w-]+$/.test(projectId)) {
    refuse('invalid_project_id_authentication', 'project_id is not in the format of a project id.');
  }
  if (!isSame(secret, project.secret) && !secret.startsWith('secret-')) {
    refuse('invalid_secret_authentication', 'secret is not in the format of a secret.');
  }
  if (projectId !== project.projectId || !isSame(secret, project.secret)) {
    refuse('unauthorized_credentials', 'project_id and secret do not belong to this project.');
  }
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
