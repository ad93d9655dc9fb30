// The emulator in a separate process, controlled by messages:
//
//   node stytch.js
import { startStytchEmulator } from 'stytch-emulator';
import { readSessionId } from './read-session-id.js';
import type { StytchMessage, StytchRequest } from './messages.js';

const authenticate = '/v1/sessions/authenticate';
/** The emulator records the latest 1,000 requests, so they are counted often. */
const countingIntervalMs = 100;

const emulator = await startStytchEmulator();
const sessionIdsByToken = new Map<string, string>();
let bySession: Record<string, number> = {};
let byPath: Record<string, number> = {};

setInterval(countCalls, countingIntervalMs);
process.on('message', (request: StytchRequest) => {
  void respondTo(request).then(send);
});
process.on('disconnect', () => process.exit());
const { projectId, secret, url } = emulator;
send({ kind: 'listening', project: { projectId, secret, apiUrl: url } });

async function respondTo(request: StytchRequest): Promise<StytchMessage> {
  switch (request.kind) {
    case 'session': {
      emulator.clock.advance({ seconds: -request.ageSeconds });
      const session = await emulator.sessions.create({
        email: request.email,
        customClaims: { ...request.claims },
        durationMinutes: 24 * 60,
      });
      emulator.clock.advance({ seconds: request.ageSeconds });
      sessionIdsByToken.set(session.session_token, session.session_id);
      return {
        kind: 'session',
        userId: session.user_id,
        sessionId: session.session_id,
        sessionToken: session.session_token,
        sessionJwt: session.session_jwt,
      };
    }
    case 'fault':
      emulator.faults.clear();
      if (request.fault === 'status') emulator.faults.add({ kind: 'status', status: 503, path: '/v1/*' });
      else if (request.fault !== undefined) emulator.faults.add({ kind: request.fault, path: '/v1/*' });
      return { kind: 'fault' };
    case 'rotate':
      await emulator.keys.rotate();
      return { kind: 'rotate' };
    case 'calls': {
      countCalls();
      const calls = { kind: 'calls', bySession, byPath } as const;
      [bySession, byPath] = [{}, {}];
      return calls;
    }
  }
}

function countCalls(): void {
  for (const { path, body } of emulator.requests.list()) {
    if (path !== authenticate) byPath[path] = (byPath[path] ?? 0) + 1;
    else {
      const { session_jwt, session_token } = body ?? {};
      const sessionId =
        typeof session_jwt === 'string'
          ? readSessionId(session_jwt)
          : sessionIdsByToken.get(String(session_token));
      bySession[sessionId ?? ''] = (bySession[sessionId ?? ''] ?? 0) + 1;
    }
  }
  emulator.requests.clear();
}

function send(message: StytchMessage): void {
  process.send?.(message);
}
