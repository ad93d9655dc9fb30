// Packs both packages, installs the tarballs into small applications, and runs the applications' tests.
// Needs the npm registry.
//
//   node test/package/run.mjs [application …]
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tests = join(here, '..');
const root = join(tests, '..');
const scratch = mkdtempSync(join(tmpdir(), 'nestjs-stytch-package-'));
const run = (command, cwd, ...args) => execFileSync(command, args, { cwd, stdio: 'inherit' });

/** Specs of the suite that are run in an application as well. */
const membersJourney = ['b2b/journey.spec.ts'];
const transports = [
  'authorization/documents-application.spec.ts',
  'transports/event-streams.spec.ts',
  'transports/graphql.spec.ts',
  'transports/messages.spec.ts',
  'transports/protected-everywhere.spec.ts',
  'transports/websockets.spec.ts',
];
const sharedSpecs = {
  'nest11-commonjs': membersJourney,
  'nest12-esm': membersJourney,
  'nest11-transports': transports,
  'nest12-transports': transports,
};

/** Applications that run the tests that the README tells people to copy. */
const withTestsOfReadme = ['nest11-commonjs', 'nest12-esm', 'nest12-vitest'];
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const [, testsOfReadme] = /<!-- the three tests -->\s+```ts\n(.*?)```/s.exec(readme);

const all = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const applications = process.argv.length > 2 ? process.argv.slice(2) : all.map(({ name }) => name);
const totals = { passed: 0, failed: 0, skipped: 0 };

try {
  run('npm', root, 'pack', '--silent', '--pack-destination', scratch);
  run('npm', root, 'pack', '--silent', '-w', 'stytch-emulator', '--pack-destination', scratch);
  const tarballs = readdirSync(scratch)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(scratch, name));
  for (const name of applications) tally(testIn(name, tarballs));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (process.env.TALLY_FILE) writeFileSync(process.env.TALLY_FILE, JSON.stringify(totals));
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;

/** Installs the tarballs into a copy of one application, checks its types, and runs its tests. */
function testIn(name, tarballs) {
  const application = join(scratch, name);
  cpSync(join(here, name), application, { recursive: true });
  for (const spec of sharedSpecs[name] ?? []) {
    copyWithImports(join(tests, spec), join(application, 'src', 'shared'));
  }
  if (withTestsOfReadme.includes(name)) {
    mkdirSync(join(application, 'src'), { recursive: true });
    writeFileSync(join(application, 'src', 'readme.spec.ts'), testsOfReadme);
  }
  console.log(`\n${name}`);
  run('npm', application, 'install', '--silent', '--no-audit', '--no-fund', ...tarballs);
  run('npm', application, 'run', '--silent', 'typecheck');
  const report = join(application, 'report.json');
  try {
    run('npm', application, 'test', '--silent', '--', `--outputFile=${report}`);
  } catch {
    // The runner exits non-zero for failed tests; the report names them.
  }
  return JSON.parse(readFileSync(report, 'utf8'));
}

/** Copies a file of the suite, and the files that it imports, to the same paths below a folder. */
function copyWithImports(file, folder) {
  const copy = join(folder, relative(tests, file));
  if (existsSync(copy)) return;
  cpSync(file, copy);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)\.js';/g)) {
    copyWithImports(join(dirname(file), `${path}.ts`), folder);
  }
}

function tally({ numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites }) {
  totals.passed += numPassedTests;
  totals.failed += Math.max(numFailedTests, numFailedTestSuites);
  totals.skipped += numPendingTests;
}
