import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator, type StytchEmulator, type StytchEmulatorOptions } from 'stytch-emulator';

export interface EmulatorWithCertificate {
  readonly emulator: StytchEmulator;
  /** The emulator's signing key and its self-signed certificate, which names no host. */
  readonly tls: { readonly key: string; readonly cert: string };
  close(): Promise<void>;
}

interface StoredKey {
  readonly privateKey: string;
  readonly certificate: string;
}

/** An emulator whose signing key and certificate serve TLS servers: no tool is needed to create them. */
export async function startEmulatorWithCertificate(
  options: StytchEmulatorOptions = {},
): Promise<EmulatorWithCertificate> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'nestjs-stytch-certificate-'));
  const emulator = await startStytchEmulator({ ...options, dataDirectory });
  await emulator.keys.current();
  const state = await readFile(join(dataDirectory, 'state.jsonl'), 'utf8');
  const [, json = ''] = /^\S+ (\[\["keys".*)$/m.exec(state) ?? [];
  const [[, , { privateKey, certificate }]] = JSON.parse(json) as [[string, string, StoredKey]];
  return {
    emulator,
    tls: {
      key: privateKey,
      cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
    },
    async close() {
      await emulator.close();
      await rm(dataDirectory, { recursive: true });
    },
  };
}
