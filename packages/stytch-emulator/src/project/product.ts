/** Stytch's products. A project is for one of them, and its API serves the operations of that one. */
export type Product = 'consumer' | 'b2b';

export const products: readonly Product[] = ['consumer', 'b2b'];

export function isProduct(value: unknown): value is Product {
  return products.some((product) => product === value);
}
