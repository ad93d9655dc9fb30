import { EmulatorError } from '../emulator-error.js';

/** @throws {EmulatorError} `emulator_options_invalid` */
export function checkDurationMinutes(durationMinutes: number): number {
  if (Number.isSafeInteger(durationMinutes) && durationMinutes >= 1 && durationMinutes <= 527_040) {
    return durationMinutes;
  }
  throw new EmulatorError('emulator_options_invalid', 'durationMinutes must be an integer from 1 to 527040.');
}
