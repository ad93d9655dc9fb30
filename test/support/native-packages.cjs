const { createHash } = require('node:crypto');

// A transform that lets Node load packages, once per worker. Jest would load them again for every spec file:
// for a spec with an application that is several seconds of CPU time. The code that Jest gets for the entry
// of a package exports what Node has loaded.

const name = 'nestjs-stytch: native require';

/** The global that loads a file natively. The environment sets it. */
exports.nativeRequire = Symbol.for(name);

exports.process = (source, path, { supportsStaticESM }) => ({
  code: codeOf(source, path, supportsStaticESM),
});

exports.getCacheKey = (source, path, { supportsStaticESM }) =>
  createHash('sha256')
    .update(codeOf(source, path, supportsStaticESM))
    .digest('hex');

function codeOf(source, path, isEsm) {
  // Jest also transforms what it loads natively itself, before there is an environment.
  if (!(exports.nativeRequire in globalThis)) return source;
  const load = `globalThis[Symbol.for(${JSON.stringify(name)})](${JSON.stringify(path)})`;
  return isEsm ? reexport(Object.keys(require(path)), load) : `module.exports = ${load};`;
}

const reexport = (exportNames, load) =>
  [
    `const loaded = ${load};`,
    ...exportNames.map((name, index) => `const export${index} = loaded[${JSON.stringify(name)}];`),
    `export { ${exportNames.map((name, index) => `export${index} as ${JSON.stringify(name)}`).join(', ')} };`,
  ].join('\n');
