import { type Changes } from '../project/changes.js';
import { type SigningKeys } from '../project/signing-keys.js';
import { type ClientContext } from '../resources/client-context.js';
import { type Rbac } from '../resources/rbac/rbac.js';
import { type ProjectControls } from './controls.js';
import { type Faults } from './faults/faults.js';
import { createM2MClient, issueTokenToM2MClient } from './m2m-controls.js';
import { setPolicy } from './rbac-controls.js';
import { type Webhooks } from '../webhooks/webhooks.js';
import { type RequestLog } from './request-log.js';

export interface ControlParts {
  requests: RequestLog;
  faults: Faults;
  changes: Changes;
  webhooks: Webhooks;
  /** Deletes the state of all resources and loads the seed. */
  resetResources: () => void;
}

/** Makes a change and stores it. Rejects if it can't be stored. */
export type Change = <Result>(run: () => Result) => Promise<Result>;

export function createChange({ keys }: { keys: SigningKeys }, changes: Changes): Change {
  return async (run) => {
    await keys.ready;
    const result = run();
    changes.emit('dashboard');
    return result;
  };
}

/** The controls that projects of both products have. */
export function createProjectControls(
  project: ClientContext & { rbac: Rbac },
  { requests, faults, changes, webhooks, resetResources }: ControlParts,
): ProjectControls {
  const { clock, mailbox, keys, rbac } = project;
  const change = createChange(project, changes);
  return {
    clock,
    messages: {
      list: (filter) => mailbox.list(filter),
      latest: (filter) => mailbox.latest(filter),
      wait: (filter) => mailbox.wait(filter ?? {}),
      clear: () => {
        mailbox.clear();
        changes.emit('dashboard');
      },
    },
    m2m: {
      createClient: (options) => change(() => createM2MClient(project, options)),
      issueToken: (options) => change(() => issueTokenToM2MClient(project, options)),
    },
    rbac: {
      policy: () => structuredClone(rbac.policy),
      setPolicy: (policy) => change(() => setPolicy(rbac, policy)),
    },
    keys: {
      rotate: async ({ withdrawOld = false } = {}) => {
        await keys.rotate({ withdrawOld });
        changes.emit('dashboard');
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
    webhooks: {
      secret: () => webhooks.secret,
      endpoint: () => webhooks.endpoint,
      deliverTo: (options) => {
        const endpoint = webhooks.deliverTo(options);
        changes.emit('dashboard');
        return endpoint;
      },
      stop: () => {
        webhooks.stop();
        changes.emit('dashboard');
      },
      deliveries: () => webhooks.deliveries.list(),
      resend: (id) => webhooks.deliveries.resend(id),
      settled: () => webhooks.deliveries.settled(),
    },
    reset: () => {
      clock.reset();
      mailbox.clear();
      requests.clear();
      faults.clear();
      resetResources();
      webhooks.reset();
      changes.emit('dashboard');
      return Promise.resolve();
    },
  };
}
