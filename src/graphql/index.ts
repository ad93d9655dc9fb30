// The public names, by hand. Removing or renaming one is a breaking change.

export { graphql, type GraphqlOptions } from './graphql.js';
