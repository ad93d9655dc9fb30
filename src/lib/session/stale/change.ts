/** A change at Stytch that tokens which were issued before do not contain. */
export interface Change {
  readonly of: 'user' | 'member' | 'organization';
  readonly id: string;
  readonly kind: 'update' | 'deletion';
  /** When Stytch made it, in epoch milliseconds. */
  readonly atMs: number;
}
