import { Controller, Get, Post, VersioningType, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { OptionalSession, Protected, RequireRoles, StytchModule } from 'nestjs-stytch';
import { documentAccess } from 'nestjs-stytch/swagger';

const stytch = {
  projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
  secret: 'secret-test-of-this-spec=',
  appUrl: 'https://app.example.com',
};

abstract class CrudController {
  @Get()
  list() {
    return [];
  }
}

@RequireRoles('vet')
@Controller({ path: 'cats', version: '2' })
class CatsController extends CrudController {
  @Post(':id/treatments')
  treat() {
    return {};
  }
}

@OptionalSession()
@Controller('dogs')
class DogsController extends CrudController {}

const olderCats = () => {
  @Protected({ credentials: ['bearer'] })
  @Controller({ path: 'cats', version: '1' })
  class CatsController extends CrudController {}
  return CatsController;
};

type Operations = Record<
  string,
  Record<string, { security?: unknown; responses: object; description?: string }>
>;

describe('documentAccess() on Nest 11', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({
      imports: [StytchModule.forRoot(stytch)],
      controllers: [CatsController, DogsController, olderCats()],
    }).compile();
    app = testing.createNestApplication();
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI });
  });
  afterAll(() => app.close());

  it('finds the handlers of operations, and adds what they require', () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const paths = documentAccess(app, document, { authRoutes: 'hidden' }).paths as unknown as Operations;

    const access = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([verb, { security, responses }]) => [
        `${verb} ${path}`,
        security,
        Object.keys(responses).filter((status) => Number(status) >= 400),
      ]),
    );
    expect(access).toEqual([
      ['post /api/v2/cats/{id}/treatments', [{ cookie: [] }], ['401', '403', '503']],
      ['get /api/v2/cats', [{ cookie: [] }], ['401', '403', '503']],
      ['get /api/dogs', [{}, { cookie: [] }], []],
      ['get /api/v1/cats', [{ bearer: [] }], ['401', '503']],
    ]);
    expect(paths['/api/v2/cats']!['get']!.description).toBe('Requires:\n\n- role vet');
  });

  it('describes the login routes', () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const { paths, components } = documentAccess(app, document);

    const login = paths['/api/auth/login']!.post!;
    expect(Object.keys(login.responses)).toEqual(['202', '303', '400', '401', '403', '429', '503']);
    expect(login.requestBody).toMatchObject({
      content: { 'application/json': { schema: { required: ['email'] } } },
    });
    expect(Object.keys(components!.schemas!)).toEqual(['StytchRefusal', 'StytchSession']);
  });
});
