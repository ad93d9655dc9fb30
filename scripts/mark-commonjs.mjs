// dist/cjs needs a package.json of its own: the one at the root says "type": "module",
// and without this marker Node would read the CommonJS build as ES modules.
import { writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
