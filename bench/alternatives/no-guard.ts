import type { Alternative } from './alternative.js';

export const noGuard = (): Alternative => ({});
