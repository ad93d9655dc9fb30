import { type Project } from '../../project/project.js';
import { refuse } from '../../wire/api-error.js';
import { type ApiCall } from '../../wire/operation.js';

/** @throws {ApiError} `project_not_found` if the path names another project */
export function publishedKeys({ keys, credentials }: Project, { parameter }: ApiCall) {
  if (parameter('project_id') !== credentials.projectId) {
    refuse(404, 'project_not_found', 'The emulator runs another project than this one.');
  }
  return { keys: keys.published };
}
