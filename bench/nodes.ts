import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface FoundNode {
  /** The major version. */
  readonly version: number;
  readonly execPath: string;
}

const cache = fileURLToPath(new URL('../../node_modules/.cache/bench', import.meta.url));
const current = Number(process.versions.node.split('.')[0]);

/**
 * The Node of each major version: this one, or the one of the npm package `node`, installed once. Versions that can't be
 * installed are reported and left out.
 */
export const findNodes = (versions: readonly number[]): FoundNode[] =>
  versions.flatMap((version) =>
    version === current ? { version, execPath: process.execPath } : install(version),
  );

function install(version: number): FoundNode | [] {
  const prefix = `${cache}/node-${version}`;
  const execPath = `${prefix}/node_modules/node/bin/node`;
  const options = ['--silent', '--no-audit', '--no-fund', '--prefix', prefix];
  try {
    if (!existsSync(execPath)) execFileSync('npm', ['install', ...options, `node@${version}`]);
    return { version, execPath };
  } catch {
    console.error(`Skipped: Node ${version}. It could not be installed from npm as node@${version}.`);
    return [];
  }
}
