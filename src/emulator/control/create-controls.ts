import { type EmulatedProject } from '../emulated-project.js';
import { type Faults } from '../faults/faults.js';
import { type RequestLog } from '../request-log.js';
import { sessionToWire } from '../sessions/session.wire.js';
import { type EmulatorControls } from './controls.js';
import { mintSession } from './mint-session.js';

export interface ControlParts {
  project: EmulatedProject;
  requests: RequestLog;
  faults: Faults;
  /** Plants the seed. */
  plantSeed: () => void;
  /** To be called when something was changed that is kept. */
  changed: () => void;
}

export function createControls({
  project,
  requests,
  faults,
  plantSeed,
  changed,
}: ControlParts): EmulatorControls {
  const { clock, mailbox, keys } = project;
  return {
    clock,
    messages: {
      list: (filter) => mailbox.list(filter),
      latest: (filter) => mailbox.latest(filter),
      wait: (filter = {}) => mailbox.wait(filter),
      clear: () => {
        mailbox.clear();
        changed();
      },
    },
    sessions: {
      create: (options) =>
        new Promise((resolve) => {
          resolve(mintSession(project, options));
          changed();
        }),
      list: () =>
        project.sessions.all().map((session) => sessionToWire(session, project.users.get(session.userId))),
    },
    keys: {
      rotate: async ({ withdrawOld = false } = {}) => {
        await keys.rotate({ withdrawOld });
        changed();
        return { kid: keys.current.kid };
      },
    },
    requests: {
      list: () => requests.list(),
      clear: () => {
        requests.clear();
      },
    },
    faults: {
      add: (fault) => faults.add(fault),
      list: () => faults.list(),
      clear: () => {
        faults.clear();
      },
    },
    reset: () => {
      clock.reset();
      project.wipe();
      requests.clear();
      faults.clear();
      plantSeed();
      changed();
      return Promise.resolve();
    },
  };
}
