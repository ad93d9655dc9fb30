// Marks dist/cjs of the package in the current directory as CommonJS. The package itself says
// "type": "module", so Node would otherwise read these files as ES modules.
import { writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
