import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, EmulatorError } from '../emulator-error.js';
import { type StoredMessage } from '../mailbox/mailbox.js';
import { type Credentials } from '../project/credentials.js';
import { type StoredKey } from '../project/signing-keys.js';
import { isObject } from '../wire/json.js';

/** The content of the state file. */
export interface SavedState {
  version: 2;
  credentials: Credentials;
  keys: StoredKey[];
  messages: StoredMessage[];
  /** The entries of each resource, by its name. */
  resources: Partial<Record<string, object[]>>;
}

/** The file `state.json` of a data directory. It contains keys and secrets, so only its owner may read it. */
export class StateFile {
  private readonly path: string;
  private lastWritten = '';

  constructor(private readonly directory: string) {
    this.path = join(directory, 'state.json');
  }

  /** @throws {EmulatorError} `emulator_state_unreadable` */
  load(): SavedState | undefined {
    try {
      return parseState(readFileSync(this.path, 'utf8'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new EmulatorError(
        'emulator_state_unreadable',
        `${this.path} is not a state file of this version of the emulator. Delete it to start over.`,
        { cause: error },
      );
    }
  }

  /** Writes the state if it has changed. The file is replaced atomically, so a crash leaves it complete. */
  save(state: SavedState): void {
    const text = JSON.stringify(state);
    if (text === this.lastWritten) return;
    this.prepareDirectory();
    const temporary = `${this.path}.${process.pid}.tmp`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, this.path);
    this.lastWritten = text;
  }

  private prepareDirectory(): void {
    if (this.lastWritten !== '') return;
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    // Keeps keys and secrets out of version control.
    writeFileSync(join(this.directory, '.gitignore'), '*\n');
  }
}

function parseState(text: string): SavedState {
  const state: unknown = JSON.parse(text);
  const isSavedState =
    isObject(state) &&
    state['version'] === 2 &&
    isObject(state['credentials']) &&
    Array.isArray(state['keys']) &&
    Array.isArray(state['messages']) &&
    isObject(state['resources']) &&
    Object.values(state['resources']).every(Array.isArray);
  if (!isSavedState) throw new TypeError('Not a state file of this version.');
  return state as unknown as SavedState;
}
