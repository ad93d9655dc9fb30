import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from './api/json.js';
import { codeOf, EmulatorError } from './emulator-error.js';
import { type StoredKey } from './keys/signing-keys.js';
import { type MagicLink } from './magic-links/magic-link.js';
import { type StoredMessage } from './mailbox/mailbox.js';
import { type Project } from './project.js';
import { type Session } from './sessions/session.js';
import { type User } from './users/user.js';

/** What lives longer than the process. */
export interface SavedState {
  version: 1;
  project: Project;
  keys: StoredKey[];
  users: User[];
  sessions: Session[];
  magicLinks: MagicLink[];
  messages: StoredMessage[];
}

/** The one file of a data directory. It holds keys and secrets: only its owner may read it. */
export class StateFile {
  private readonly path: string;
  private lastWritten = '';

  constructor(private readonly directory: string) {
    this.path = join(directory, 'state.json');
  }

  /** @throws {EmulatorError} `emulator_state_unreadable` */
  load(): SavedState | undefined {
    try {
      return asSavedState(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new EmulatorError(
        'emulator_state_unreadable',
        `${this.path} cannot be read as the state of an emulator. Delete it to begin anew.`,
        { cause: error },
      );
    }
  }

  /** Writes what has changed. A reader, or a run after a crash, sees the old file or the new one, whole. */
  save(state: SavedState): void {
    const text = JSON.stringify(state);
    if (text === this.lastWritten) return;
    this.prepareDirectory();
    const draft = `${this.path}.${process.pid}.tmp`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.path);
    this.lastWritten = text;
  }

  private prepareDirectory(): void {
    if (this.lastWritten !== '') return;
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    // Nothing of it belongs in a repository.
    writeFileSync(join(this.directory, '.gitignore'), '*\n');
  }
}

function asSavedState(value: unknown): SavedState {
  const lists = ['keys', 'users', 'sessions', 'magicLinks', 'messages'];
  const isSavedState =
    isObject(value) &&
    value['version'] === 1 &&
    isObject(value['project']) &&
    lists.every((name) => Array.isArray(value[name]));
  if (!isSavedState) throw new TypeError('Not a state this version has written.');
  return value as unknown as SavedState;
}
