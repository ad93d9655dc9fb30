import { EmulatorError } from '../emulator-error.js';
import { ApiError } from '../wire/api-error.js';

/**
 * Converts errors of the API, whose rules apply here too, for a caller that is not an HTTP client.
 *
 * @throws {EmulatorError} `emulator_options_invalid`
 */
export function withEmulatorErrors<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new EmulatorError('emulator_options_invalid', error.message, { cause: error });
  }
}
