import { EmulatorError } from '../../emulator-error.js';
import { isObject } from '../../wire/json.js';
import { type Fault } from './fault.js';

interface PendingFault {
  fault: Fault;
  path: RegExp;
  timesLeft: number;
}

/** The faults that are injected into matching requests. */
export class Faults {
  private pending: PendingFault[] = [];

  /** @throws {EmulatorError} `emulator_options_invalid` */
  add(fault: Fault): { remove(): void } {
    const checked = checkFault(fault);
    const added = {
      fault: checked,
      path: toPattern(checked.path ?? '*'),
      timesLeft: checked.times ?? Infinity,
    };
    this.pending.push(added);
    return {
      remove: () => {
        this.delete(added);
      },
    };
  }

  list(): Fault[] {
    return this.pending.map(({ fault, timesLeft }) =>
      timesLeft === Infinity ? { ...fault } : { ...fault, times: timesLeft },
    );
  }

  clear(): void {
    this.pending = [];
  }

  /** The first fault added that matches the request. Counts as one of its `times`. */
  take(method: string, path: string): Fault | undefined {
    const match = this.pending.find(
      (candidate) => (candidate.fault.method ?? method).toUpperCase() === method && candidate.path.test(path),
    );
    if (!match) return undefined;
    match.timesLeft -= 1;
    if (match.timesLeft <= 0) this.delete(match);
    return match.fault;
  }

  private delete(fault: PendingFault): void {
    this.pending = this.pending.filter((candidate) => candidate !== fault);
  }
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.split('*').map(escapeRegExp).join('.*')}$`);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

// Faults also arrive as JSON over HTTP, so their types are checked at run time.
const checksByKind: Record<Fault['kind'], (fault: Record<string, unknown>) => boolean> = {
  status: ({ status, body, contentType, headers }) =>
    isStatus(status) && isText(body) && isText(contentType) && isTextMap(headers),
  redirect: ({ to, status }) => typeof to === 'string' && (status === undefined || isStatus(status)),
  hang: () => true,
  reset: () => true,
  'stall-body': () => true,
  drip: ({ ms }) => isMs(ms),
  delay: ({ ms }) => isMs(ms),
};

/** @throws {EmulatorError} `emulator_options_invalid` */
export function checkFault(value: unknown): Fault {
  if (!isObject(value)) throw invalid('it must be an object');
  const { kind, method, path, times } = value;
  const check =
    typeof kind === 'string' && Object.hasOwn(checksByKind, kind) && checksByKind[kind as Fault['kind']];
  if (!check) throw invalid(`kind must be one of ${Object.keys(checksByKind).join(', ')}`);
  if (!isText(method) || !isText(path)) throw invalid('method and path must be strings');
  if (times !== undefined && !(Number.isSafeInteger(times) && Number(times) > 0)) {
    throw invalid('times must be a positive integer');
  }
  if (!check(value)) throw invalid(`a field of "${kind}" is missing or has the wrong type`);
  return value as unknown as Fault;
}

function isStatus(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 200 && Number(value) <= 599;
}

function isMs(value: unknown): boolean {
  return Number.isFinite(value) && Number(value) >= 0;
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isTextMap(value: unknown): boolean {
  return (
    value === undefined || (isObject(value) && Object.values(value).every((text) => typeof text === 'string'))
  );
}

function invalid(reason: string): EmulatorError {
  return new EmulatorError('emulator_options_invalid', `Invalid fault: ${reason}.`);
}
