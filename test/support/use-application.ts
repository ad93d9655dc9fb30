import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import {
  startApplication,
  type ApplicationSettings,
  type ApplicationUnderTest,
} from './start-application.js';

export interface Stage {
  readonly emulator: StytchEmulator;
  readonly application: ApplicationUnderTest;
}

/**
 * One emulator and one application for all the facts of a block. Each fact begins with no fault
 * planned and no request recorded.
 */
export function useApplication(settings: Omit<ApplicationSettings, 'emulator'>): Stage {
  const stage = {} as { emulator: StytchEmulator; application: ApplicationUnderTest };
  beforeAll(async () => {
    stage.emulator = await startStytchEmulator();
    stage.application = await startApplication({ ...settings, emulator: stage.emulator });
  });
  beforeEach(() => {
    stage.emulator.faults.clear();
    stage.emulator.requests.clear();
  });
  afterAll(async () => {
    await stage.application.close();
    await stage.emulator.close();
  });
  return stage;
}
