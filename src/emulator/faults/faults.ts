import { isObject } from '../api/json.js';
import { EmulatorError } from '../emulator-error.js';
import { type Fault } from './fault.js';

interface PlannedFault {
  fault: Fault;
  path: RegExp;
  timesLeft: number;
}

/** The faults that wait for their requests. */
export class Faults {
  private planned: PlannedFault[] = [];

  /** @throws {EmulatorError} `emulator_options_invalid` */
  add(fault: Fault): { remove(): void } {
    const checked = checkedFault(fault);
    const planned = {
      fault: checked,
      path: pattern(checked.path ?? '*'),
      timesLeft: checked.times ?? Infinity,
    };
    this.planned.push(planned);
    return {
      remove: () => {
        this.planned = this.planned.filter((one) => one !== planned);
      },
    };
  }

  list(): Fault[] {
    return this.planned.map(({ fault, timesLeft }) =>
      timesLeft === Infinity ? { ...fault } : { ...fault, times: timesLeft },
    );
  }

  clear(): void {
    this.planned = [];
  }

  /** The fault this request meets, the earliest added first; it counts as met. */
  take(method: string, path: string): Fault | undefined {
    const met = this.planned.find(
      (one) => (one.fault.method ?? method).toUpperCase() === method && one.path.test(path),
    );
    if (!met) return undefined;
    met.timesLeft -= 1;
    if (met.timesLeft <= 0) this.planned = this.planned.filter((one) => one !== met);
    return met.fault;
  }
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.split('*').map(literally).join('.*')}$`);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

// Faults also arrive over HTTP, where no compiler has looked at them.
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
export function checkedFault(value: unknown): Fault {
  if (!isObject(value)) throw invalid('it must be an object');
  const { kind, method, path, times } = value;
  const check =
    typeof kind === 'string' && Object.hasOwn(checksByKind, kind) && checksByKind[kind as Fault['kind']];
  if (!check) throw invalid(`kind must be one of ${Object.keys(checksByKind).join(', ')}`);
  if (!isText(method) || !isText(path)) throw invalid('method and path must be strings');
  if (times !== undefined && !(Number.isSafeInteger(times) && Number(times) > 0)) {
    throw invalid('times must be a positive integer');
  }
  if (!check(value)) throw invalid(`something is missing or of the wrong type for "${kind}"`);
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
    value === undefined || (isObject(value) && Object.values(value).every((one) => typeof one === 'string'))
  );
}

function invalid(reason: string): EmulatorError {
  return new EmulatorError('emulator_options_invalid', `Not a fault: ${reason}.`);
}
