import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { createClock } from '../clock.js';
import { codeOf, EmulatorError } from '../emulator-error.js';
import { notWritten } from './state-log.js';
import { parseJsonObject } from '../wire/json.js';

/** Who holds a lock. */
interface Holder {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** When the process started, to recognize another process with the same id. */
  readonly processStartedAtMs: number;
}

const processStartedAtMs = createClock().nowMs() - process.uptime() * 1000;
const clockToleranceMs = 10_000;

/** Processes of other machines and containers can't be seen, so a holder renews its lock. */
const renewEveryMs = 5_000;
const staleAfterMs = 30_000;

/**
 * The file `lock` of a data directory, so that two emulators don't overwrite each other's changes. It names its
 * holder. The lock of a process that has ended is taken over.
 */
export class DirectoryLock {
  private readonly renewal: NodeJS.Timeout;

  private constructor(
    private readonly path: string,
    private readonly id: string,
  ) {
    this.renewal = setInterval(() => {
      this.renew();
    }, renewEveryMs).unref();
  }

  /** @throws {EmulatorError} `emulator_data_directory_in_use`, `emulator_state_not_written` */
  static acquire(directory: string): DirectoryLock {
    const path = join(directory, 'lock');
    const holder: Holder = { id: randomUUID(), pid: process.pid, host: hostname(), processStartedAtMs };
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      takeOver(path, holder);
    } catch (cause) {
      throw cause instanceof EmulatorError ? cause : notWritten(directory, cause);
    }
    return new DirectoryLock(path, holder.id);
  }

  release(): void {
    clearInterval(this.renewal);
    if (readHolder(this.path)?.id === this.id) rmSync(this.path, { force: true });
  }

  private renew(): void {
    try {
      utimesSync(this.path, new Date(), new Date());
    } catch {
      // The directory was deleted, or the disk is read-only now.
    }
  }
}

/** The file is complete before it has its name, so that no reader sees a part of it. */
function takeOver(path: string, holder: Holder): void {
  const complete = `${path}.${holder.id}`;
  writeFileSync(complete, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(complete, path);
        return;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      removeIfStale(path, complete);
    }
  } finally {
    rmSync(complete, { force: true });
  }
}

/** @throws {EmulatorError} `emulator_data_directory_in_use` if the holder runs or may run */
function removeIfStale(path: string, justWritten: string): void {
  const holder = readHolder(path);
  if (holder !== undefined && mayRun(holder, { path, justWritten })) {
    throw new EmulatorError(
      'emulator_data_directory_in_use',
      `Another emulator uses this data directory: process ${holder.pid} on ${holder.host}. Stop it, or use another directory. If it no longer runs, delete ${path}.`,
    );
  }
  const removed = `${path}.${randomUUID()}`;
  try {
    renameSync(path, removed);
    // Another process may have taken the stale lock over in the meantime.
    if (readHolder(removed)?.id !== holder?.id) linkSync(removed, path);
    rmSync(removed, { force: true });
  } catch (error) {
    // Another process has removed it.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Undefined if there is no lock, or if it is not one of an emulator. */
function readHolder(path: string): Holder | undefined {
  try {
    const holder = parseJsonObject(readFileSync(path, 'utf8'));
    return typeof holder?.['pid'] === 'number' ? (holder as unknown as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function mayRun(
  { pid, host, processStartedAtMs: startedAtMs }: Holder,
  { path, justWritten }: { path: string; justWritten: string },
): boolean {
  // By the clock of the file system, which both hosts share.
  if (host !== hostname()) return mtimeMsOf(justWritten) - mtimeMsOf(path) < staleAfterMs;
  // In a container, each start has the same process id.
  if (pid === process.pid) return Math.abs(startedAtMs - processStartedAtMs) < clockToleranceMs;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user.
    return codeOf(error) === 'EPERM';
  }
}

/** NaN if the file was deleted. */
const mtimeMsOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? NaN;
