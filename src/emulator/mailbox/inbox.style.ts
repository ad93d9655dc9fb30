export const inboxStyle = '';
