/** The product of a Stytch project: a project is for consumers, or for organizations and their members. */
export type StytchProductName = 'consumer' | 'b2b';
