/** The body where it cannot be told whether there is a session. */
export const unavailable = {
  statusCode: 503,
  error: 'Service Unavailable',
  message: 'Whether there is a session cannot be told at the moment. Try again shortly.',
  code: 'stytch_unavailable',
};
