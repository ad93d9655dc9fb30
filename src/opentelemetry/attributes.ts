// The names of attributes. The first six are those of the semantic conventions for HTTP:
// https://opentelemetry.io/docs/specs/semconv/http/

export const serverAddress = 'server.address';
export const serverPort = 'server.port';
export const requestMethod = 'http.request.method';
export const responseStatus = 'http.response.status_code';
export const resendCount = 'http.request.resend_count';
export const errorType = 'error.type';

/** The path of an operation of Stytch, without ids. */
export const operation = 'stytch.operation';
/** Which queue and connections the call uses. */
export const callKind = 'stytch.call.kind';
/** Stytch's id of a request. On spans only. */
export const requestId = 'stytch.request_id';
/** The `error_type` of a response of Stytch. On spans only. */
export const stytchErrorType = 'stytch.error_type';
export const result = 'stytch.result';
export const refusalCode = 'stytch.refusal.code';
export const state = 'stytch.state';
