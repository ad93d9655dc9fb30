import type { RefusalCode } from '../lib/index.js';
import { refusalDefinitions, statusTexts } from '../lib/internal.js';
import {
  anyOf,
  objectSchema,
  pageContent,
  textSchema,
  type Content,
  type Response,
  type Responses,
  type Schema,
} from './openapi.js';

type Status = (typeof refusalDefinitions)[RefusalCode]['status'];

/** The schema that the responses of all refusals extend. */
export const refusalSchemas: Readonly<Record<string, Schema>> = {
  StytchRefusal: {
    ...objectSchema({
      statusCode: { type: 'integer', description: 'The status of the response.' },
      error: textSchema('The name of the status.'),
      message: textSchema('What happened and what to do, for people.'),
      code: textSchema('What happened, for programs.'),
    }),
    description: 'Why a request was refused.',
  },
};

const titles: Readonly<Record<Status, string>> = {
  400: 'The request is not valid',
  401: 'Not authenticated',
  403: 'Not allowed',
  410: 'Used or expired',
  429: 'Too many requests',
  503: 'Unknown right now; try again later',
};

const statuses = Object.keys(titles).map(Number) as Status[];

const challengeHeader = {
  'WWW-Authenticate': { description: 'The challenge (RFC 9110 section 11.6.1).', schema: { type: 'string' } },
} as const;
const retryHeader = {
  'Retry-After': { description: 'When to try again, in seconds.', schema: { type: 'integer' } },
} as const;

const headers: Partial<Record<Status, Response['headers']>> = {
  401: challengeHeader,
  429: retryHeader,
  503: retryHeader,
};

/** One response for each status that the codes have. */
export function refusalResponses(codes: readonly RefusalCode[], { asPage = false } = {}): Responses {
  const responses = statuses.flatMap((status) => {
    const ofStatus = [...new Set(codes)].filter((code) => refusalDefinitions[code].status === status);
    const [first] = ofStatus;
    if (first === undefined) return [];
    const response = refusalResponse(status, ofStatus, refusalDefinitions[first].message);
    return [[status, asPage ? alsoAsPage(response) : response] as const];
  });
  return Object.fromEntries(responses);
}

const refusalResponse = (status: Status, codes: readonly RefusalCode[], example: string): Response => ({
  description: `${titles[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
  ...(headers[status] && { headers: headers[status] }),
  content: { 'application/json': { schema: refusalSchema(status, codes, example) } },
});

const alsoAsPage = (response: Response): Response => ({
  ...response,
  content: { ...response.content, ...pageContent },
});

const refusalSchema = (status: Status, codes: readonly RefusalCode[], example: string): Schema => ({
  allOf: [
    { $ref: '#/components/schemas/StytchRefusal' },
    {
      type: 'object',
      properties: {
        statusCode: { type: 'integer', enum: [status] },
        error: { type: 'string', enum: [statusTexts[status]] },
        message: { type: 'string', example },
        code: { type: 'string', enum: [...codes] },
        ...(codes.includes('primary_factor_required') && { primaryRequired }),
      },
    },
  ],
});

const primaryRequired: Schema = {
  ...objectSchema({
    organizationId: textSchema('The id of the organization.'),
    allowedAuthMethods: {
      type: 'array',
      items: { type: 'string' },
      description: "Stytch's names of the methods that the organization allows.",
    },
  }),
  description: 'With `primary_factor_required`: what the organization requires.',
};

/** The responses that an operation documents, completed. What it says itself is kept. */
export function mergeResponses(own: Responses, ours: Responses): Responses {
  const merged = Object.entries(ours).map(([status, response]) => {
    const stated = own[status];
    if (stated === undefined) return [status, response];
    return [status, '$ref' in stated ? stated : mergeResponse(stated, response as Response)];
  });
  return { ...own, ...(Object.fromEntries(merged) as Responses) };
}

const mergeResponse = (own: Response, ours: Response): Response => ({
  ...own,
  description: own.description || ours.description,
  ...((own.headers ?? ours.headers) && { headers: { ...ours.headers, ...own.headers } }),
  content: mergeContent(own.content ?? {}, ours.content ?? {}),
});

function mergeContent(own: Content, ours: Content): Content {
  const shared = Object.entries(own).map(([type, media]) => {
    const schemas = [media.schema, ours[type]?.schema].filter((schema) => schema !== undefined);
    return [type, { ...media, ...(schemas.length > 0 && { schema: anyOf(schemas) }) }] as const;
  });
  return { ...ours, ...Object.fromEntries(shared) };
}
