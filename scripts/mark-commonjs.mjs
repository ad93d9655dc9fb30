// Marks dist/cjs as CommonJS. The root package.json says "type": "module", so Node would otherwise
// read these files as ES modules.
import { writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
