// The packages of this repository that are published: the root and every workspace under packages/.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const workspaces = existsSync('packages')
  ? readdirSync('packages').map((name) => join('packages', name))
  : [];

/** `folder` is relative to the root of the repository, `manifest` is the package.json in it. */
export const packages = ['.', ...workspaces]
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
  .filter(({ manifest }) => manifest.private !== true);
