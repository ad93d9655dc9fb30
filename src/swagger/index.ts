// The public names, by hand. Removing or renaming one is a breaking change.

export { documentAccess } from './document-access.js';
export type { DocumentAccessOptions } from './document-access.options.js';
