import { Controller, Delete, Get, Injectable, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiOperation,
  ApiProperty,
  ApiSecurity,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import {
  AllowCrossSite,
  OptionalSession,
  Protected,
  Public,
  RefuseImpersonation,
  Require,
  RequireFactors,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  RequireScopes,
  StytchOptionsError,
  type AccessCheck,
} from 'nestjs-stytch';
import { documentAccess } from 'nestjs-stytch/swagger';
import { createDocument, operationsOf } from './documented-operations.js';
import { accessOf, documented, withApplication } from './documented.js';

@Injectable()
class OwnsDocument implements AccessCheck {
  check() {
    return true;
  }
}

@Protected({ credentials: ['cookie', 'bearer', 'm2m', 'connected-app'] })
@RequirePermission('documents', 'read')
@Controller('documents')
class DocumentsController {
  @Get()
  list() {
    return [];
  }

  @RequirePermission('documents', 'write')
  @Require(OwnsDocument)
  @Put()
  edit() {
    return {};
  }

  @Protected({ credentials: ['cookie'], maxTokenAgeSeconds: 60 })
  @RequireRecentSignIn({ withinSeconds: 600 })
  @RequireFactors('totp')
  @RefuseImpersonation()
  @Delete()
  remove() {
    return {};
  }
}

@Controller('pages')
class PagesController {
  @Get()
  home() {
    return {};
  }

  @Public()
  @Post()
  contact() {
    return {};
  }

  @OptionalSession()
  @Get('prices')
  prices() {
    return {};
  }

  @Protected()
  @AllowCrossSite()
  @Post('embedded')
  embedded() {
    return {};
  }

  @RequireRoles('admin', 'auditor')
  @Get('audit')
  audit() {
    return {};
  }

  @Protected({ credentials: ['m2m'] })
  @RequireScopes('write:imports')
  @Post('imports')
  imports() {
    return {};
  }
}

const authRoutes = 'hidden';
const ofCookie = [
  'session_missing',
  'session_expired',
  'session_invalid',
  'session_revoked',
  'session_ambiguous',
];
const ofMember = [...ofCookie, 'session_suspended'];
const unavailable = ['stytch_unavailable', 'clock_skew'];
const cookie = { cookie: [] };
const bearer = { bearer: [] };

describe('documentAccess()', () => {
  it('adds the security, the refusals and the requirements of each handler', async () => {
    const document = await documented({
      controllers: [DocumentsController, PagesController],
      access: { authRoutes },
    });

    const anyToken =
      'Bearer tokens that are accepted: a session JWT, an access token of an M2M client, an access token of a connected app.';
    const ofAny = [...ofCookie, 'token_expired', 'token_invalid'];
    expect(accessOf(document)).toEqual({
      'GET /documents': {
        security: [cookie, bearer],
        codes: { 401: ofAny, 403: ['permission_missing'], 503: ['policy_unavailable', ...unavailable] },
        description: `${anyToken}\n\nRequires:\n\n- permission documents:read`,
      },
      'PUT /documents': {
        security: [cookie, bearer],
        codes: {
          401: ofAny,
          403: ['cross_site_refused', 'permission_missing', 'requirement_not_met'],
          503: ['policy_unavailable', ...unavailable],
        },
        description: `${anyToken}\n\nRequires:\n\n- permission documents:read\n- permission documents:write\n- OwnsDocument`,
      },
      'DELETE /documents': {
        security: [cookie],
        codes: {
          401: ofCookie,
          403: [
            'cross_site_refused',
            'permission_missing',
            'step_up_required',
            'factor_missing',
            'impersonation_refused',
          ],
          503: ['policy_unavailable', ...unavailable],
        },
        description:
          'Requires:\n\n- token of the last 60 s\n- permission documents:read\n- sign-in within 600 s\n- factor totp\n- no impersonation',
      },
      'GET /pages': { security: undefined, codes: {}, description: undefined },
      'POST /pages': { security: undefined, codes: {}, description: undefined },
      'GET /pages/prices': { security: [{}, cookie], codes: {}, description: undefined },
      'POST /pages/embedded': {
        security: [cookie],
        codes: { 401: ofCookie, 503: unavailable },
        description: undefined,
      },
      'GET /pages/audit': {
        security: [cookie],
        codes: { 401: ofCookie, 403: ['role_missing'], 503: unavailable },
        description: 'Requires:\n\n- one of the roles admin, auditor',
      },
      'POST /pages/imports': {
        security: [bearer],
        codes: {
          401: ['token_missing', 'token_expired', 'token_invalid'],
          403: ['scope_missing'],
          503: unavailable,
        },
        description:
          'Bearer tokens that are accepted: an access token of an M2M client.\n\nRequires:\n\n- scope write:imports',
      },
    });
  });

  it('describes a refusal by one schema, its status and its codes', async () => {
    const document = await documented({ controllers: [PagesController], access: { authRoutes } });

    const { responses } = operationsOf(document)['GET /pages/audit']!;
    const refusal = (statusCode: number, error: string, example: string, codes: string[]) => ({
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/StytchRefusal' },
            {
              type: 'object',
              properties: {
                statusCode: { type: 'integer', enum: [statusCode] },
                error: { type: 'string', enum: [error] },
                message: { type: 'string', example },
                code: { type: 'string', enum: codes },
              },
            },
          ],
        },
      },
    });
    expect(responses).toEqual({
      200: { description: '' },
      401: {
        description:
          'Not authenticated: `session_missing`, `session_expired`, `session_invalid`, `session_revoked`, `session_ambiguous`.',
        headers: {
          'WWW-Authenticate': {
            description: 'The challenge (RFC 9110 section 11.6.1).',
            schema: { type: 'string' },
          },
        },
        content: refusal(401, 'Unauthorized', 'Sign in to continue.', ofCookie),
      },
      403: {
        description: 'Not allowed: `role_missing`.',
        content: refusal(403, 'Forbidden', "You don't have permission to do this.", ['role_missing']),
      },
      503: {
        description: 'Unknown right now; try again later: `stytch_unavailable`, `clock_skew`.',
        headers: {
          'Retry-After': { description: 'When to try again, in seconds.', schema: { type: 'integer' } },
        },
        content: refusal(
          503,
          'Service Unavailable',
          "We couldn't verify your session right now. Please try again in a moment.",
          unavailable,
        ),
      },
    });
    expect(document.components?.schemas).toEqual({
      StytchRefusal: {
        type: 'object',
        description: 'Why a request was refused.',
        properties: {
          statusCode: { type: 'integer', description: 'The status of the response.' },
          error: { type: 'string', description: 'The name of the status.' },
          message: { type: 'string', description: 'What happened and what to do, for people.' },
          code: { type: 'string', description: 'What happened, for programs.' },
        },
        required: ['statusCode', 'error', 'message', 'code'],
      },
    });
  });

  it('adds the security schemes that operations use, with the names of the cookies of the application', async () => {
    const settings = { controllers: [PagesController], access: { authRoutes } } as const;
    const { components } = await documented(settings);
    const renamed = await documented({
      ...settings,
      options: { cookies: { jwtName: 'sid', tokenName: 'sid_token' } },
    });
    const onlyPublic = await documented({ access: { authRoutes } });

    expect(components?.securitySchemes).toEqual({
      cookie: {
        type: 'apiKey',
        in: 'cookie',
        name: '__Host-stytch_session_jwt',
        description:
          'The session JWT. Signing in sets it together with the cookie `__Host-stytch_session`, which renews it. Browsers send both by themselves.',
      },
      bearer: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'A token in the `Authorization` header. Each operation says which kinds it accepts.',
      },
    });
    expect(renamed.components?.securitySchemes?.['cookie']).toMatchObject({ in: 'cookie', name: 'sid' });
    expect(onlyPublic.components).toEqual({ schemas: {}, securitySchemes: {} });
  });

  it('follows the options that decide which refusals are possible', async () => {
    @Protected()
    @Controller('orgs/:org')
    class OrganizationPagesController {
      @Get()
      home() {
        return {};
      }
    }

    @Protected()
    @Controller('me')
    class MeController {
      @Get()
      me() {
        return {};
      }
    }

    const controllers = [OrganizationPagesController, MeController];
    const codes = async (settings: Parameters<typeof documented>[0]) =>
      Object.values(accessOf(await documented({ ...settings, controllers, access: { authRoutes } }))).map(
        (access) => access.codes,
      );

    expect(await codes({ b2b: { organizations: { tenant: { path: ':org' } } } })).toEqual([
      { 401: ofMember, 403: ['organization_mismatch'], 503: unavailable },
      { 401: ofMember, 503: unavailable },
    ]);
    expect(await codes({ b2b: { organizations: { tenant: () => undefined } } })).toEqual([
      { 401: ofMember, 403: ['organization_mismatch'], 503: unavailable },
      { 401: ofMember, 403: ['organization_mismatch'], 503: unavailable },
    ]);
    expect((await codes({ options: { session: { accept: 'own' } } }))[1]).toEqual({
      401: [...ofCookie, 'session_not_accepted'],
      503: unavailable,
    });
  });

  it('returns a new document, and leaves the given one and the handlers as they were', async () => {
    await withApplication({ controllers: [DocumentsController, OwnDocumentationController] }, (app) => {
      const document = createDocument(app);
      const before = structuredClone(document);

      const completed = documentAccess(app, document);

      expect(completed).not.toBe(document);
      expect(document).toEqual(before);
      expect(createDocument(app)).toEqual(before);
      expect(documentAccess(app, document)).toEqual(completed);
    });
  });

  it('completes documents of OpenAPI 3.1', async () => {
    const document = await documented({
      controllers: [DocumentsController],
      config: (builder) => builder.setOpenAPIVersion('3.1.0'),
    });

    expect(document.openapi).toBe('3.1.0');
  });
});

class OwnProblem {
  @ApiProperty()
  reason!: string;
}

@Protected({ credentials: ['cookie', 'bearer'] })
@Controller('own')
class OwnDocumentationController {
  @ApiOperation({ description: 'Lists everything.' })
  @ApiUnauthorizedResponse({ description: 'Please sign in.', type: OwnProblem })
  @ApiForbiddenResponse({ description: 'Too expensive.' })
  @RequireRoles('buyer')
  @Get()
  list() {
    return [];
  }

  @ApiBearerAuth()
  @Get('bearer')
  bearer() {
    return {};
  }

  @ApiSecurity('api-key')
  @Get('key')
  key() {
    return {};
  }

  @ApiSecurity('api-key')
  @Public()
  @Get('public')
  publicWithKey() {
    return {};
  }
}

describe('documentAccess() with what operations and documents say themselves', () => {
  const apiKey = { type: 'apiKey', in: 'header', name: 'x-api-key' } as const;
  const keyed = { 'api-key': [] };
  const securityOf = async (settings: Parameters<typeof documented>[0]) =>
    Object.fromEntries(
      Object.entries(accessOf(await documented({ ...settings, access: { authRoutes } }))).map(
        ([name, { security }]) => [name, security],
      ),
    );

  it('keeps the description and the responses of an operation', async () => {
    const document = await documented({ controllers: [OwnDocumentationController], access: { authRoutes } });

    const { description, responses } = operationsOf(document)['GET /own']!;
    expect(description).toBe(
      'Lists everything.\n\nBearer tokens that are accepted: a session JWT.\n\nRequires:\n\n- role buyer',
    );
    expect(responses['401']).toMatchObject({
      description: 'Please sign in.',
      headers: { 'WWW-Authenticate': {} },
      content: {
        'application/json': {
          schema: {
            anyOf: [
              { $ref: '#/components/schemas/OwnProblem' },
              { allOf: [{ $ref: '#/components/schemas/StytchRefusal' }, {}] },
            ],
          },
        },
      },
    });
    expect(responses['403']).toMatchObject({
      description: 'Too expensive.',
      content: { 'application/json': { schema: { allOf: [{}, {}] } } },
    });
  });

  it('adds alternatives to stated schemes that are ours, and requires others in addition', async () => {
    const security = await securityOf({
      controllers: [OwnDocumentationController],
      config: (builder) => builder.addBearerAuth().addApiKey(apiKey, 'api-key'),
    });

    expect(security).toEqual({
      'GET /own': [cookie, bearer],
      'GET /own/bearer': [bearer, cookie],
      'GET /own/key': [
        { ...keyed, ...cookie },
        { ...keyed, ...bearer },
      ],
      'GET /own/public': [keyed],
    });
  });

  it.each([
    ['ours', [cookie], [], [cookie]],
    ['ours or another', [cookie, keyed], [], [cookie, { ...keyed, ...cookie }]],
    ['another', [keyed], undefined, [{ ...keyed, ...cookie }]],
    ['both', [{ ...keyed, ...cookie }], [keyed], [{ ...keyed, ...cookie }]],
  ])(
    'waives a security of the whole document that is %s for public operations only',
    async (_, requirements, ofPublic, ofProtected) => {
      const security = await securityOf({
        controllers: [PagesController],
        config: (builder) => {
          builder.addCookieAuth('__Host-stytch_session_jwt').addApiKey(apiKey, 'api-key');
          for (const requirement of requirements) builder.addSecurityRequirements(requirement);
        },
      });

      expect(security).toMatchObject({ 'GET /pages/audit': ofProtected });
      expect([security['GET /pages'], security['POST /pages']]).toEqual([ofPublic, ofPublic]);
    },
  );

  it('keeps a security scheme of the same kind that the document has', async () => {
    const { components } = await documented({
      controllers: [OwnDocumentationController],
      config: (builder) => builder.addBearerAuth({ type: 'http', description: 'As we call it.' }, 'jwt'),
      access: { authRoutes, bearerScheme: 'jwt', cookieScheme: 'session' },
    });

    expect(components?.securitySchemes).toMatchObject({
      jwt: { type: 'http', scheme: 'bearer', description: 'As we call it.' },
      session: { type: 'apiKey', in: 'cookie' },
    });
    expect(Object.keys(components?.securitySchemes ?? {})).toHaveLength(2);
  });

  it('rejects another security scheme of the same name', async () => {
    await withApplication({ controllers: [PagesController] }, (app) => {
      const document = createDocument(app, { config: (builder) => builder.addCookieAuth('connect.sid') });

      expect(() => documentAccess(app, document)).toThrow(
        new TypeError(
          "documentAccess(): the document already has a security scheme 'cookie', which is another one. Name ours with cookieScheme or bearerScheme.",
        ),
      );
    });
  });

  it('rejects an operation that the application has no handler for', async () => {
    const configure = (app: { setGlobalPrefix(prefix: string): unknown }) => app.setGlobalPrefix('api');
    await withApplication(
      { controllers: [PagesController], options: { routes: false }, configure },
      (app) => {
        const document = createDocument(app, { documentOptions: { ignoreGlobalPrefix: true } });

        expect(() => documentAccess(app, document)).toThrow(
          new TypeError(
            'documentAccess(): the application has no handler for GET /pages, POST /pages, GET /pages/prices, POST /pages/embedded, GET /pages/audit, POST /pages/imports. Pass the document as SwaggerModule.createDocument() returns it, and its options, if there are any, as documentOptions. Add operations of your own afterwards.',
          ),
        );
      },
    );
  });

  it('rejects unknown options and values', async () => {
    await withApplication({}, (app) => {
      const given = { authRoutes: 'none', cookieScheme: 'a b', scheme: 'x' } as object;

      let error: unknown;
      try {
        documentAccess(app, createDocument(app), given);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(StytchOptionsError);
      expect((error as StytchOptionsError).problems.map(({ path }) => path)).toEqual([
        'authRoutes',
        'cookieScheme',
        'scheme',
      ]);
    });
  });
});
