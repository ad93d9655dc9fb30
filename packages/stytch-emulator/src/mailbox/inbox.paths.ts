export const inboxStylePath = '/__emulator/inbox/style.css';
export const inboxIconPath = '/__emulator/inbox/icon.svg';
export const inboxScriptPath = '/__emulator/inbox/script.js';
/** Server-sent events, one for each change. */
export const inboxChangesPath = '/__emulator/inbox/changes';
export const inboxClearPath = '/__emulator/inbox/clear';
