import { type Changes } from '../project/changes.js';
import { sessionToWire } from '../resources/consumer/sessions/session.wire.js';
import { type Consumer } from '../resources/consumer/consumer.js';
import { issueTokenToConnectedApp } from './connected-app-controls.js';
import { type EmulatorControls } from './controls.js';
import { createSession } from './create-session.js';
import { createM2MClient, issueTokenToM2MClient } from './m2m-controls.js';
import { setPolicy } from './rbac-controls.js';
import { type Faults } from './faults/faults.js';
import { type RequestLog } from './request-log.js';
import { createImpersonationToken, unlockUser } from './user-controls.js';

export interface ControlParts {
  consumer: Consumer;
  requests: RequestLog;
  faults: Faults;
  changes: Changes;
  /** Deletes the state of all resources and loads the seed. */
  resetResources: () => void;
}

export function createControls({
  consumer,
  requests,
  faults,
  changes,
  resetResources,
}: ControlParts): EmulatorControls {
  const { clock, mailbox, keys, sessions, users } = consumer;
  const change = async <Result>(run: () => Result): Promise<Result> => {
    await keys.ready;
    const result = run();
    // Rejects what cannot be stored.
    changes.emit();
    return result;
  };
  return {
    clock,
    messages: {
      list: (filter) => mailbox.list(filter),
      latest: (filter) => mailbox.latest(filter),
      wait: (filter) => mailbox.wait(filter ?? {}),
      clear: () => {
        mailbox.clear();
        changes.emit();
      },
    },
    sessions: {
      create: (options) => change(() => createSession(consumer, options)),
      list: () => sessions.all().map((session) => sessionToWire(session, users.get(session.userId))),
    },
    users: {
      unlock: (user) =>
        change(() => {
          unlockUser(consumer, user);
        }),
      impersonate: (options) => change(() => createImpersonationToken(consumer, options)),
    },
    m2m: {
      createClient: (options) => change(() => createM2MClient(consumer, options)),
      issueToken: (options) => change(() => issueTokenToM2MClient(consumer, options)),
    },
    connectedApps: {
      issueToken: (options) => change(() => issueTokenToConnectedApp(consumer, options)),
    },
    rbac: {
      policy: () => structuredClone(consumer.rbac.policy),
      setPolicy: (policy) => change(() => setPolicy(consumer, policy)),
    },
    keys: {
      rotate: async ({ withdrawOld = false } = {}) => {
        await keys.rotate({ withdrawOld });
        changes.emit();
        return { kid: keys.current.kid };
      },
      current: async () => {
        await keys.ready;
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
      mailbox.clear();
      requests.clear();
      faults.clear();
      resetResources();
      changes.emit();
      return Promise.resolve();
    },
  };
}
