// Bundles the build of the package in the current directory, in each format that was built: one file for each entry point,
// and chunks of what they share. Node spends about a millisecond on each module, so hundreds of them slow the start of an
// application down. The declarations stay as they are. The next build replaces the bundles by modules again.
//
//   node scripts/bundle.mjs <entry points besides those in the exports of package.json>…
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { rollup } from 'rollup';

/** What both formats are made of. */
const modules = resolve('dist/esm');
const chunks = 'chunks';
const { exports: exported } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = [
  ...Object.values(exported).flatMap((target) => target.import?.default ?? []),
  ...process.argv.slice(2),
].map((file) => relative(modules, file));

await bundle('cjs');
await bundle('esm');

async function bundle(format) {
  const dir = join('dist', format);
  const built = entries.filter((entry) => existsSync(join(dir, entry)));
  if (built.length === 0) return;
  const bundled = await rollup({
    input: Object.fromEntries(built.map((entry) => [entry, join(modules, entry)])),
    external: (name) => !name.startsWith('.') && !name.startsWith('/'),
    treeshake: false,
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  await removeModules(dir, built);
  await bundled.write({
    dir,
    format,
    entryFileNames: '[name]',
    chunkFileNames: `${chunks}/[name].js`,
    // One copy of what sub-paths share, however many of them are loaded.
    manualChunks: (file) => (file.startsWith(join(modules, 'lib/')) ? 'lib' : undefined),
    minifyInternalExports: false,
    hoistTransitiveImports: false,
    // Jest without ES modules can't import.
    dynamicImportInCjs: false,
    interop: 'auto',
    exports: 'named',
    // As tsc writes it: Node finds the names in a CommonJS file only in this form.
    esModule: true,
    generatedCode: { constBindings: true, objectShorthand: true },
    plugins: [{ name: 'ascii', renderChunk: (code) => ({ code: inAscii(code), map: null }) }],
  });
  await bundled.close();
}

/** Of the folders with entry points: others are not published. */
async function removeModules(dir, built) {
  // With it, tsc would believe that the modules are still there.
  await rm(`${dir}.tsbuildinfo`, { force: true });
  await rm(join(dir, chunks), { recursive: true, force: true });
  const folders = new Set(built.map((entry) => join(dir, entry.includes('/') ? entry.split('/')[0] : '.')));
  for (const folder of folders)
    for (const file of await readdir(folder, { recursive: true }))
      if (file.endsWith('.js')) await rm(join(folder, file));
}

/** One character outside Latin-1 makes Node store a file with two bytes for each character, and read it more slowly. */
function inAscii(code) {
  return code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
