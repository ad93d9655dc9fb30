// Compares the published type declarations with the reports in etc/, one for each entry point, and
// reports types that a public signature refers to but that no entry point exports. Reads the built
// declarations.
//
//   node scripts/check-api.mjs            fails on a difference
//   node scripts/check-api.mjs --update   rewrites the reports
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packages } from './packages.mjs';

/** Types that stay internal although a public signature refers to them, with the reason. */
const internalTypes = {
  StytchModule_base:
    'The compiler creates this name for the base class, whose type StytchModuleClass is exported.',
  StytchB2BModule_base: 'The same.',
  sessionToWire: "The emulator's controls return its result, an object in Stytch's wire format.",
  userToWire: "The emulator's controls return its result, an object in Stytch's wire format.",
  organizationToWire: 'The same.',
  memberToWire: 'The same.',
  memberSessionToWire: 'The same.',
};

const reportFolder = 'etc';
const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  skipLibCheck: true,
};
const update = process.argv.includes('--update');
const scratch = mkdtempSync(join(tmpdir(), 'api-reports-'));
const problems = [];

try {
  const reports = packages.flatMap(reportsOf);
  if (update) write(reports);
  else compare(reports);
  console.log(`${reports.length} API reports ${update ? 'written' : 'checked'}.`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

function reportsOf({ folder, manifest }) {
  const reports = Object.entries(manifest.exports)
    .filter(([, target]) => target.import?.types !== undefined)
    .map(([subpath, target]) => extract(folder, manifest.name, subpath, target.import.types));
  const exported = new Set(reports.flatMap(({ text }) => exportedNames(text)));
  for (const { entryPoint, references } of reports) {
    for (const { name, source } of references) {
      if (exported.has(name) || name in internalTypes) continue;
      problems.push(`${entryPoint}: ${source} refers to ${name}, which no entry point exports.`);
    }
  }
  return reports;
}

function extract(folder, packageName, subpath, declarations) {
  const entryPoint = join(packageName, subpath);
  const fileName = `${entryPoint.replaceAll('/', '-')}.api.md`;
  const mainEntryPointFilePath = resolve(folder, declarations);
  const references = [];
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: resolve(folder, 'package.json'),
    configObject: {
      projectFolder: resolve(folder),
      mainEntryPointFilePath,
      compiler: { overrideTsconfig: { compilerOptions, files: [mainEntryPointFilePath] } },
      apiReport: {
        enabled: true,
        reportFolder: scratch,
        reportTempFolder: scratch,
        reportFileName: fileName,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'warning' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId === 'ae-forgotten-export') {
        const [, name] = /"(.+?)"/.exec(message.text);
        references.push({
          name,
          source: `${message.sourceFilePath.replace(`${process.cwd()}/`, '')}:${message.sourceFileLine}`,
        });
      } else if (message.category === 'Compiler') {
        problems.push(`${entryPoint}: ${message.text}`);
      }
    },
  });
  return { entryPoint, fileName, references, text: readFileSync(join(scratch, fileName), 'utf8') };
}

function exportedNames(report) {
  return [
    ...report.matchAll(/^export (?:abstract )?(?:class|const|enum|function|interface|type) (\w+)/gm),
  ].map(([, name]) => name);
}

function write(reports) {
  rmSync(reportFolder, { recursive: true, force: true });
  mkdirSync(reportFolder);
  for (const { fileName, text } of reports) writeFileSync(join(reportFolder, fileName), text);
}

function compare(reports) {
  for (const { entryPoint, fileName } of reports) {
    const difference = differenceOf(join(reportFolder, fileName), join(scratch, fileName));
    if (difference !== '')
      problems.push(`${entryPoint} differs from ${reportFolder}/${fileName}:\n${difference}`);
  }
  const expected = reports.map(({ fileName }) => fileName);
  const committed = existsSync(reportFolder) ? readdirSync(reportFolder) : [];
  for (const name of committed.filter((file) => !expected.includes(file))) {
    problems.push(`${reportFolder}/${name} belongs to no entry point.`);
  }
  if (problems.length > 0)
    problems.push('If the change is intended, run npm run api:update and commit the reports.');
}

function differenceOf(committed, current) {
  const options = ['diff', '--no-index', '--no-color', '--unified=1', '--'];
  const before = existsSync(committed) ? committed : '/dev/null';
  return spawnSync('git', [...options, before, current], { encoding: 'utf8' }).stdout;
}
