import { EmulatorError } from '../emulator-error.js';
import { isLoopback } from '../wire/loopback.js';
import { secretPrefix } from './sign-webhook.js';

// The sizes that Standard Webhooks recommends.
const minSecretBytes = 24;
const maxSecretBytes = 64;

/** @throws {EmulatorError} `emulator_options_invalid` */
export function checkUrl(url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  const isHttp = parsed?.protocol === 'http:' && parsed.username === '' && parsed.password === '';
  if (isHttp && isLoopback(parsed.hostname)) return parsed.href;
  throw new EmulatorError(
    'emulator_options_invalid',
    'The URL of webhooks must be an http URL with a loopback host, such as http://localhost:3000/auth/webhooks.',
  );
}

/** @throws {EmulatorError} `emulator_options_invalid` */
export function checkSecret(secret: unknown): string {
  if (typeof secret === 'string' && secret.startsWith(secretPrefix)) {
    const encoded = secret.slice(secretPrefix.length);
    const key = Buffer.from(encoded, 'base64');
    const isBase64 = key.toString('base64') === encoded;
    if (isBase64 && key.length >= minSecretBytes && key.length <= maxSecretBytes) return secret;
  }
  throw new EmulatorError(
    'emulator_options_invalid',
    `The secret of webhooks must be ${secretPrefix} and ${minSecretBytes} to ${maxSecretBytes} bytes in base64.`,
  );
}
