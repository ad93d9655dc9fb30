export const inboxScript = '';
