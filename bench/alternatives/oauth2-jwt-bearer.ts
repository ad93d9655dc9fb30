import { auth } from 'express-oauth2-jwt-bearer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { issuerOf, keysUrl, type Alternative, type StytchProject } from './alternative.js';
import { sessionCookieOf } from './session-cookie.js';

/** express-oauth2-jwt-bearer reads bearer tokens only, so the cookie is copied to the Authorization header. */
export const oauth2JwtBearer = (project: StytchProject): Alternative => ({
  configure(app) {
    app.use((request: IncomingMessage, _: ServerResponse, next: () => void) => {
      request.headers.authorization = `Bearer ${sessionCookieOf(request) ?? ''}`;
      next();
    });
    app.use(
      auth({
        jwksUri: keysUrl(project),
        issuer: issuerOf(project),
        audience: project.projectId,
        tokenSigningAlg: 'RS256',
      }),
    );
  },
});
