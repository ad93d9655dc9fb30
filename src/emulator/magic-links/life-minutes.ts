import { refuse } from '../api/api-error.js';
import { type MagicLinkKind } from './magic-link.js';

const defaultLifeMinutes: Record<MagicLinkKind, number> = {
  login: 60,
  signup: 7 * 24 * 60,
  invite: 60,
  embedded: 60,
};

/** @throws {ApiError} `invalid_expiration` outside 5 … 10080 */
export function lifeMinutes(kind: MagicLinkKind, asked: number | undefined): number {
  if (asked === undefined) return defaultLifeMinutes[kind];
  if (asked >= 5 && asked <= 10_080) return asked;
  return refuse('invalid_expiration', 'A magic link lives from 5 to 10080 minutes.');
}
