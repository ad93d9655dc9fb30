export const inboxStylePath = '/__emulator/inbox/style.css';
export const inboxScriptPath = '/__emulator/inbox/script.js';
/** Server-sent events, one for each change. */
export const inboxChangesPath = '/__emulator/inbox/changes';
export const inboxDeletePath = '/__emulator/inbox/delete';
export const inboxClearPath = '/__emulator/inbox/clear';

/** The path of the inbox with a message selected, and with the messages that a search finds. */
export function inboxPath({ message, search }: { message?: string; search?: string }): string {
  const parameters = new URLSearchParams({
    ...(search ? { q: search } : {}),
    ...(message ? { message } : {}),
  });
  return parameters.size === 0 ? '/' : `/?${parameters.toString()}`;
}
