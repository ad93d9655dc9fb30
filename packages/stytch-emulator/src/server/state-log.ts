import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf, EmulatorError } from '../emulator-error.js';
import { type Credentials } from '../project/credentials.js';
import { type CollectionChange } from '../project/entries.js';
import { isObject } from '../wire/json.js';

/** The stored entries of each collection, by its name and their id. */
export type SavedEntries = ReadonlyMap<string, ReadonlyMap<string, object>>;

export interface SavedState {
  readonly credentials: Credentials;
  readonly entries: SavedEntries;
}

/** The first line of the file. */
interface Header {
  readonly version: typeof version;
  readonly credentials: Credentials;
}

const version = 6;

/** The file is rewritten without superseded lines when it has grown by its size and this. */
const minGrowthBytes = 1024 * 1024;

/**
 * The file `state.jsonl` of a data directory: a line for each request that changed something, appended before the
 * response is sent, so that a change costs the same, however much is stored. Each line starts with a checksum.
 *
 * It contains keys and secrets, so only its owner may read it.
 */
export class StateLog {
  private readonly path: string;
  private descriptor: number | undefined;
  private sizeBytes = 0;
  private rewriteAtBytes = 0;

  constructor(private readonly directory: string) {
    this.path = join(directory, 'state.jsonl');
  }

  /** @throws {EmulatorError} `emulator_state_unreadable` */
  load(): SavedState | undefined {
    try {
      this.refuseEarlierVersion();
      return parseLog(readFileSync(this.path, 'utf8'));
    } catch (error) {
      if (error instanceof EmulatorError) throw error;
      if (codeOf(error) === 'ENOENT') return undefined;
      throw unreadable(this.path, error);
    }
  }

  private refuseEarlierVersion(): void {
    const earlier = join(this.directory, 'state.json');
    if (existsSync(earlier)) throw unreadable(earlier);
  }

  /**
   * Replaces the file by one that contains these entries only. A crash leaves either file complete.
   *
   * @throws {EmulatorError} `emulator_state_not_written`
   */
  rewrite(credentials: Credentials, entries: readonly CollectionChange[]): void {
    const lines = [
      lineOf({ version, credentials } satisfies Header),
      ...entries.map((entry) => lineOf([entry])),
    ];
    const temporary = `${this.path}.tmp`;
    this.orFail(() => {
      mkdirSync(this.directory, { recursive: true, mode: 0o700 });
      // Keeps keys and secrets out of version control.
      writeFileSync(join(this.directory, '.gitignore'), '*\n');
      rmSync(temporary, { force: true });
      const descriptor = openSync(temporary, 'wx', 0o600);
      try {
        this.sizeBytes = writeAt(descriptor, 0, lines.join(''));
        renameSync(temporary, this.path);
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
      this.close();
      this.descriptor = descriptor;
    });
    this.rewriteAtBytes = 2 * this.sizeBytes + minGrowthBytes;
  }

  /** Whether most of the file is superseded. */
  get shouldRewrite(): boolean {
    return this.sizeBytes > this.rewriteAtBytes;
  }

  /** Tries again after as much growth. The file is complete, only long. */
  postponeRewrite(): void {
    this.rewriteAtBytes = this.sizeBytes + minGrowthBytes;
  }

  /**
   * Appends the changes of one request. Either all of them are stored or none.
   *
   * @throws {EmulatorError} `emulator_state_not_written`
   */
  append(changes: readonly CollectionChange[]): void {
    this.orFail(() => {
      const { descriptor } = this;
      if (descriptor === undefined) throw new Error('The state file is closed.');
      try {
        this.sizeBytes += writeAt(descriptor, this.sizeBytes, lineOf(changes));
      } catch (error) {
        // What was written of the line would damage the next one.
        ftruncateSync(descriptor, this.sizeBytes);
        throw error;
      }
    });
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private orFail(write: () => void): void {
    try {
      write();
    } catch (cause) {
      throw notWritten(this.directory, cause);
    }
  }
}

export const notWritten = (directory: string, cause: unknown) =>
  new EmulatorError(
    'emulator_state_not_written',
    `The emulator cannot write to ${directory} (${codeOf(cause) ?? String(cause)}).`,
    { cause },
  );

const unreadable = (path: string, cause?: unknown) =>
  new EmulatorError(
    'emulator_state_unreadable',
    `${path} is damaged, or not a state file of this version of the emulator. It was left unchanged. Delete it to start over.`,
    { cause },
  );

/** Writes until all is written, because a write to a nearly full disk may be short. Returns the number of bytes. */
function writeAt(descriptor: number, position: number, text: string): number {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
  return bytes.length;
}

function lineOf(content: object): string {
  const json = JSON.stringify(content);
  return `${checksum(json)} ${json}\n`;
}

const checksum = (json: string) =>
  createHash('sha256').update(json).digest('base64url').slice(0, checksumLength);
const checksumLength = 16;

/** The text after the last line break is of a request that was not responded to: the emulator was killed. */
function parseLog(text: string): SavedState {
  const [header, ...changes] = text.split('\n').slice(0, -1).map(parseLine);
  if (!isHeader(header)) throw new TypeError('Not a state file of this version.');
  const entries = new Map<string, Map<string, object>>();
  for (const [collection, id, entry] of changes.flat() as CollectionChange[]) {
    let ofCollection = entries.get(collection);
    if (ofCollection === undefined) entries.set(collection, (ofCollection = new Map<string, object>()));
    if (entry === null) ofCollection.delete(id);
    else ofCollection.set(id, entry);
  }
  return { credentials: header.credentials, entries };
}

function parseLine(line: string): unknown {
  const json = line.slice(checksumLength + 1);
  if (line !== `${checksum(json)} ${json}`) throw new TypeError('A line does not match its checksum.');
  return JSON.parse(json);
}

const isHeader = (line: unknown): line is Header => isObject(line) && line['version'] === version;
