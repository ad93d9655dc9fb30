import type { SwaggerDocumentOptions } from '@nestjs/swagger';
import { matching, oneOf, type OptionDefinitions } from '../lib/internal.js';

/** What `documentAccess()` writes into a document. */
export interface DocumentAccessOptions {
  /**
   * What happens to the login routes: `documented`, with bodies, statuses and codes, or `hidden`.
   * @default 'documented'
   */
  authRoutes?: 'documented' | 'hidden' | undefined;
  /**
   * The options that were passed to `SwaggerModule.createDocument()`, if any.
   * @default none
   */
  documentOptions?: SwaggerDocumentOptions | undefined;
  /**
   * What the document calls the security scheme of the session cookie. A scheme of that name that the document
   * already has is kept.
   * @default 'cookie'
   */
  cookieScheme?: string | undefined;
  /**
   * What the document calls the security scheme of bearer tokens. A scheme of that name that the document already
   * has is kept.
   * @default 'bearer'
   */
  bearerScheme?: string | undefined;
}

/** OpenAPI 3.0.3, Components Object: keys. */
const componentName = matching(/^[\w.-]+$/, 'letters, digits, `.`, `-` and `_`');

export const documentAccessOptions = {
  authRoutes: { ...oneOf('documented', 'hidden'), default: 'documented' },
  documentOptions: {
    accepts: (value) => typeof value === 'object' && value !== null,
    allowed: 'the options of SwaggerModule.createDocument()',
  },
  cookieScheme: { ...componentName, default: 'cookie' },
  bearerScheme: { ...componentName, default: 'bearer' },
} satisfies OptionDefinitions<DocumentAccessOptions>;
