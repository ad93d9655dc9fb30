// What depends on Node's own fetch is tried on every Node that is supported: the two handler protocols
// of undici, and that calls end within their bounds on each. Needs the npm registry.
//
//   node test/nodes/run.mjs [version …]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20.19.0', '22', '24', '26'];
const specs = [
  'test/outage/bounded-calls',
  'test/outage/stytch-outage',
  'test/outage/unreachable-api',
  'test/sign-in/sign-in-journey',
  'test/request/stampede',
];

const scratch = mkdtempSync(join(tmpdir(), 'nestjs-stytch-nodes-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const version of versions) tryOn(version);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (process.env.TALLY_FILE) writeFileSync(process.env.TALLY_FILE, JSON.stringify(totals));
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;

function tryOn(version) {
  const prefix = join(scratch, version);
  execFileSync('npm', [
    'install',
    '--silent',
    '--no-audit',
    '--no-fund',
    '--prefix',
    prefix,
    `node@${version}`,
  ]);
  const node = join(prefix, 'node_modules', 'node', 'bin', 'node');
  console.log(`\nNode ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  const tally = join(scratch, `${version}.json`);
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  try {
    execFileSync(node, [...jest, ...specs], { stdio: 'inherit', env: { ...process.env, TALLY_FILE: tally } });
  } catch {
    // Jest exits non-zero for failed tests; the tally counts them.
  }
  for (const [name, count] of Object.entries(JSON.parse(readFileSync(tally, 'utf8')))) totals[name] += count;
}
