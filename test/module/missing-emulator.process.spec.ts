import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

describe('nestjs-stytch/testing without stytch-emulator', () => {
  let application: string;
  beforeAll(() => {
    application = mkdtempSync(join(tmpdir(), 'nestjs-stytch-without-emulator-'));
    const library = join(application, 'node_modules', 'nestjs-stytch');
    mkdirSync(library, { recursive: true });
    cpSync('package.json', join(library, 'package.json'));
    cpSync('dist', join(library, 'dist'), { recursive: true });
    for (const name of ['@nestjs', 'cookie', 'on-headers', 'tslib', 'undici'])
      symlinkSync(resolve('node_modules', name), join(application, 'node_modules', name));
  });
  afterAll(() => {
    rmSync(application, { recursive: true });
  });

  it.each([
    ['ESM', 'module', `import { withStytchEmulator } from 'nestjs-stytch/testing';`],
    ['CommonJS', 'commonjs', `const { withStytchEmulator } = require('nestjs-stytch/testing');`],
  ])(
    'loads as %s without stytch-emulator, and withStytchEmulator() rejects with an error that says how to install it',
    async (_case, type, load) => {
      const script = `${load} withStytchEmulator(() => {}).catch((error) => console.log(error.message));`;

      const { stdout } = await promisify(execFile)(
        process.execPath,
        [`--input-type=${type}`, '--eval', script],
        { cwd: application },
      );

      expect(stdout).toBe(
        'withStytchEmulator() needs the package stytch-emulator, which is not installed. Install it with: npm i -D stytch-emulator\n',
      );
    },
  );
});
