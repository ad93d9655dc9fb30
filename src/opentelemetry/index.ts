// nestjs-stytch/opentelemetry: metrics and spans, through the API of OpenTelemetry.

export { openTelemetry, type OpenTelemetryOptions } from './open-telemetry.js';
