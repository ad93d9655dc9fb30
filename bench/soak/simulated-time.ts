/**
 * How much faster the clocks of the application and the emulator run: a session JWT expires after 150 s
 * instead of five minutes, so that sessions are refreshed several times. Timers, sockets and
 * `Retry-After` are real.
 */
export const timesFaster = 2;
