// Packs every published package and checks the tarballs with publint (package.json, exports, files)
// and arethetypeswrong (types under each module resolution). Rebuilds everything first, so that the
// tarballs contain what would be published. Needs no network.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages } from './packages.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'packages-'));
try {
  for (const script of ['clean', 'build', 'bundle'])
    execFileSync('npm', ['run', '--silent', script], { stdio: 'inherit' });
  for (const { folder } of packages) check(pack(folder));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Without scripts: each package's `prepack` would repeat the build. */
function pack(folder) {
  const options = ['--json', '--ignore-scripts', '--pack-destination', scratch];
  const [tarball] = JSON.parse(execFileSync('npm', ['pack', ...options], { cwd: folder, encoding: 'utf8' }));
  console.log(`${tarball.filename}: ${kilobytes(tarball.size)}, ${kilobytes(tarball.unpackedSize)} unpacked`);
  return join(scratch, tarball.filename);
}

function check(tarball) {
  for (const [tool, ...options] of [
    ['publint', '--strict'],
    ['attw', '--no-color'],
  ]) {
    const { status, stdout, stderr } = spawnSync('npx', ['--no-install', tool, tarball, ...options], {
      encoding: 'utf8',
    });
    console.log(`  ${tool}: ${status === 0 ? 'no problems' : 'failed'}`);
    if (status === 0) continue;
    console.error(stdout + stderr);
    process.exitCode = 1;
  }
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}
