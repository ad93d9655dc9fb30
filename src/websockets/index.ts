// The public names, by hand. Removing or renaming one is a breaking change.

export { SocketSessions, type AdmissionOptions } from './socket-sessions.js';
export { websockets, type WebSocketsOptions } from './websockets.js';
