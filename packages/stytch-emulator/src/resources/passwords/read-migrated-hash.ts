import { refuse } from '../../wire/api-error.js';
import { Fields } from '../../wire/fields.js';
import { type PasswordHash } from './password.js';
import { phpassRoundsLog2 } from './phpass.js';

// A hash is computed at each sign-in. The limits keep that below some seconds and 256 MB.
const maxBcryptCost = 15;
const maxPhpassRoundsLog2 = 18;
const maxScryptN = 262_144; // Stytch's limit
const maxScryptMemoryBytes = 256 * 1024 ** 2;
const maxPbkdf2Iterations = 10_000_000;
const maxArgon2 = { memory: 262_144, iterations: 32, threads: 16 };
const maxKeyBytes = 1024;

/**
 * Reads the hash of a password that comes from another system.
 *
 * @throws {ApiError} `invalid_hash_type`, and an error type of the kind of hash
 */
export function readMigratedHash(fields: Fields): PasswordHash {
  const hash = fields.string('hash') ?? '';
  const type = fields.string('hash_type') ?? '';
  const read = readers[type];
  return read ? read(hash, fields) : refuse(400, 'invalid_hash_type', `hash_type "${type}" is unknown.`);
}

const readers: Readonly<Record<string, (hash: string, fields: Fields) => PasswordHash>> = {
  bcrypt: readBcrypt,
  phpass: readPhpass,
  md_5: (hash, fields) => readDigest(hash, fields.fields('md_5_config'), { type: 'md_5', algorithm: 'md5' }),
  sha_1: (hash, fields) =>
    readDigest(hash, fields.fields('sha_1_config'), { type: 'sha_1', algorithm: 'sha1' }),
  sha_512: (hash, fields) =>
    readDigest(hash, fields.fields('sha_512_config'), { type: 'sha_512', algorithm: 'sha512' }),
  argon_2i: (hash, fields) => readArgon2(hash, fields.fields('argon_2_config'), 'argon2i'),
  argon_2id: (hash, fields) => readArgon2(hash, fields.fields('argon_2_config'), 'argon2id'),
  scrypt: readScrypt,
  pbkdf_2: readPbkdf2,
};

function readBcrypt(encoded: string): PasswordHash {
  const [, cost] = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(encoded) ?? [];
  return isWithin(Number(cost), 4, maxBcryptCost)
    ? { kind: 'bcrypt', encoded }
    : refuse(
        400,
        'invalid_bcrypt_hash',
        `hash must be a bcrypt hash with a cost from 4 to ${maxBcryptCost}.`,
      );
}

function readPhpass(encoded: string): PasswordHash {
  if (!/^\$[PH]\$/.test(encoded)) {
    refuse(400, 'invalid_phpass_hash_prefix', 'A phpass hash must start with $P$ or $H$.');
  }
  return /^.{3}[./A-Za-z0-9]{31}$/.test(encoded) && phpassRoundsLog2(encoded) <= maxPhpassRoundsLog2
    ? { kind: 'phpass', encoded }
    : refuse(400, 'invalid_phpass_hash_format', 'hash must be a portable phpass hash of 34 characters.');
}

const hexLengths = { md5: 32, sha1: 40, sha512: 128 };

function readDigest(
  hash: string,
  config: Fields | undefined,
  { type, algorithm }: { type: string; algorithm: keyof typeof hexLengths },
): PasswordHash {
  const length = hexLengths[algorithm];
  if (!isHex(hash) || hash.length !== length) {
    refuse(400, `invalid_${type}_hash`, `hash must have ${length} hexadecimal digits.`);
  }
  return {
    kind: 'digest',
    algorithm,
    hex: hash,
    prefix: config?.string('prepend_salt') ?? '',
    suffix: config?.string('append_salt') ?? '',
  };
}

/** Encoded, or in hexadecimal with the parameters in the configuration. */
function readArgon2(hash: string, config: Fields | undefined, variant: 'argon2i' | 'argon2id'): PasswordHash {
  const encoded = config ? encodeArgon2(hash, config, variant) : hash;
  const [, name, memory, iterations, threads] =
    /^\$(argon2id?)\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{6,}$/.exec(encoded) ??
    [];
  if (name !== variant) refuse(400, 'invalid_hash', `hash must be an encoded ${variant} hash, version 19.`);
  if (!isWithin(Number(threads), 1, maxArgon2.threads)) {
    refuse(400, 'invalid_argon_2_threads', `threads must be from 1 to ${maxArgon2.threads}.`);
  }
  if (!isWithin(Number(memory), 8 * Number(threads), maxArgon2.memory)) {
    refuse(
      400,
      'invalid_argon_2_memory',
      `memory must be from 8 for each thread to ${maxArgon2.memory} KiB.`,
    );
  }
  if (!isWithin(Number(iterations), 1, maxArgon2.iterations)) {
    refuse(
      400,
      'invalid_argon_2_iteration_amount',
      `iteration_amount must be from 1 to ${maxArgon2.iterations}.`,
    );
  }
  return { kind: 'argon2', encoded };
}

function encodeArgon2(hash: string, config: Fields, variant: string): string {
  const salt = config.string('salt') ?? '';
  if (!isHex(hash)) refuse(400, 'invalid_hash', 'With argon_2_config, hash must be hexadecimal.');
  if (salt.length < 8) refuse(400, 'invalid_argon_2_salt', 'salt must have at least 8 characters.');
  if (hash.length !== 2 * (config.integer('key_length') ?? NaN)) {
    refuse(400, 'argon_2_key_length_mismatch', 'key_length is not the number of bytes of the hash.');
  }
  const parameters = [
    `m=${config.integer('memory')}`,
    `t=${config.integer('iteration_amount')}`,
    `p=${config.integer('threads')}`,
  ].join();
  const parts = [Buffer.from(salt), Buffer.from(hash, 'hex')].map((bytes) =>
    bytes.toString('base64').replaceAll('=', ''),
  );
  return ['', variant, 'v=19', parameters, ...parts].join('$');
}

/** In PHC's format, or in base64 with the parameters in the configuration. */
function readScrypt(hash: string, fields: Fields): PasswordHash {
  const config = fields.fields('scrypt_config');
  const scrypt = config ? scryptOfConfig(hash, config) : scryptOfPhc(hash);
  const { n, r, p } = scrypt;
  if (!Number.isInteger(Math.log2(n)) || !isWithin(n, 2, maxScryptN)) {
    refuse(400, 'invalid_scrypt_n_parameter', `N must be a power of two from 2 to ${maxScryptN}.`);
  }
  if (!isWithin(r, 1, 64) || !isWithin(p, 1, 16) || 128 * n * r > maxScryptMemoryBytes) {
    refuse(
      400,
      'invalid_scrypt_parameters',
      'r must be from 1 to 64, p from 1 to 16, and N · r at most 2^21.',
    );
  }
  return { kind: 'scrypt', ...scrypt };
}

function scryptOfConfig(hash: string, config: Fields) {
  const salt = config.string('salt') ?? '';
  const key = toBytes(hash) ?? refuse(400, 'invalid_base64_scrypt_hash', 'hash must be base64.');
  if (!toBytes(salt)) refuse(400, 'invalid_base64_scrypt_salt', 'salt must be base64.');
  if (key.length !== config.integer('key_length')) {
    refuse(400, 'scrypt_key_length_mismatch', 'key_length is not the number of bytes of the hash.');
  }
  return {
    salt,
    key: hash,
    n: config.integer('n_parameter') ?? NaN,
    r: config.integer('r_parameter') ?? NaN,
    p: config.integer('p_parameter') ?? NaN,
  };
}

function scryptOfPhc(encoded: string) {
  const [, ln, r, p, salt, key] =
    /^\$scrypt\$ln=(\d\d?),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(encoded) ?? [];
  return salt !== undefined && key !== undefined && toBytes(key)
    ? { salt, key, n: 2 ** Number(ln), r: Number(r), p: Number(p) }
    : refuse(400, 'invalid_hash', 'Without scrypt_config, hash must be a scrypt hash in PHC format.');
}

function readPbkdf2(hash: string, fields: Fields): PasswordHash {
  const config = fields.fields('pbkdf_2_config') ?? new Fields({});
  const key = toBytes(hash) ?? refuse(400, 'invalid_pbkdf_2_hash', 'hash must be base64.');
  const salt = config.string('salt') ?? '';
  const digest = config.string('algorithm') ?? 'sha256';
  const iterations = config.integer('iteration_amount') ?? NaN;
  if (!toBytes(salt)) refuse(400, 'invalid_pbkdf_2_salt', 'salt must be base64.');
  if (digest !== 'sha256' && digest !== 'sha512') {
    return refuse(400, 'invalid_pbkdf_2_algorithm', 'algorithm must be sha256 or sha512.');
  }
  if (!isWithin(iterations, 1, maxPbkdf2Iterations)) {
    refuse(
      400,
      'invalid_pbkdf_2_iteration_amount',
      `iteration_amount must be from 1 to ${maxPbkdf2Iterations}.`,
    );
  }
  if (key.length !== config.integer('key_length')) {
    refuse(400, 'pbkdf_2_key_length_mismatch', 'key_length is not the number of bytes of the hash.');
  }
  return { kind: 'pbkdf2', salt, key: hash, iterations, digest };
}

/** The bytes of a text in base64; undefined if it is anything else, empty or too long. */
function toBytes(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  return isBase64 && isWithin(bytes.length, 1, maxKeyBytes) ? bytes : undefined;
}

function isHex(text: string): boolean {
  return /^([0-9a-f]{2})+$/i.test(text);
}

/** False for NaN. */
function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
