export const inboxStylePath = '/__emulator/inbox/style.css';
export const inboxIconPath = '/__emulator/inbox/icon.svg';
export const inboxScriptPath = '/__emulator/inbox/script.js';
/** A stream that says when the page has something new. */
export const inboxChangesPath = '/__emulator/inbox/changes';
export const inboxClearPath = '/__emulator/inbox/clear';
