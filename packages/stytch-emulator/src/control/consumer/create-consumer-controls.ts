import { type Consumer } from '../../resources/consumer/consumer.js';
import { sessionToWire } from '../../resources/consumer/sessions/session.wire.js';
import { issueTokenToConnectedApp } from './connected-app-controls.js';
import { type EmulatorControls } from '../controls.js';
import { type ControlParts, createChange, createProjectControls } from '../create-project-controls.js';
import { createSession } from './create-session.js';
import { createImpersonationToken, unlockUser } from './user-controls.js';

/** The controls of a consumer project. */
export function createConsumerControls(consumer: Consumer, parts: ControlParts): EmulatorControls {
  const { sessions, users } = consumer;
  const change = createChange(consumer, parts.changes);
  return {
    ...createProjectControls(consumer, parts),
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
    connectedApps: {
      issueToken: (options) => change(() => issueTokenToConnectedApp(consumer, options)),
    },
  };
}
