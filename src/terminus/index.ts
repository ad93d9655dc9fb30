// nestjs-stytch/terminus: the health of this instance, for @nestjs/terminus.

export { StytchHealthIndicator, type StytchHealthResult } from './stytch-health-indicator.js';
