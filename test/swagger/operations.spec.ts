import { Controller, Get, Module, Post, VersioningType, type INestApplication } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ApiExcludeEndpoint, ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OptionalSession, Protected, Public, RequireRoles } from 'nestjs-stytch';
import { createDocument, operationsOf } from './documented-operations.js';
import { documented, withApplication, type DocumentSettings } from './documented.js';

@RequireRoles('keeper')
@ApiTags('animals')
@Controller('cats')
class CatsController {
  @Get(['', 'all'])
  list() {
    return [];
  }

  @RequireRoles('vet')
  @ApiOperation({ operationId: 'treatCat', description: 'Treats a cat.' })
  @ApiExtension('x-internal', { since: 1 })
  @Post(':id/treatments')
  treat() {
    return {};
  }

  @ApiExcludeEndpoint()
  @Get('secrets')
  secrets() {
    return {};
  }
}

/** Classes that share their name. */
const namesakes = {
  first: (() => {
    @RequireRoles('first')
    @Controller({ path: 'dogs', version: '1' })
    class DogsController {
      @Get()
      list() {
        return [];
      }
    }
    return DogsController;
  })(),
  second: (() => {
    @RequireRoles('second')
    @Controller({ path: 'dogs', version: '2' })
    class DogsController {
      @Get()
      list() {
        return [];
      }
    }
    return DogsController;
  })(),
};

/** Handlers that classes inherit; each class decides about access. */
abstract class CrudController {
  @Get()
  list() {
    return [];
  }
}

@Protected()
@RequireRoles('birds')
@Controller('birds')
class BirdsController extends CrudController {}

@OptionalSession()
@Controller('fish')
class FishController extends CrudController {}

@Public()
@Controller('ants')
class AntsController extends CrudController {}

@Module({ controllers: [BirdsController] })
class BirdsModule {}

@Module({ controllers: [FishController], imports: [BirdsModule] })
class FishModule {}

const withPrefix = (app: INestApplication) => app.setGlobalPrefix('api', { exclude: ['cats'] });
const versioned = (type: VersioningType) => (app: INestApplication) =>
  app.enableVersioning(
    type === VersioningType.HEADER
      ? { type, header: 'x-version' }
      : type === VersioningType.MEDIA_TYPE
        ? { type, key: 'v=' }
        : { type: VersioningType.URI, defaultVersion: '3' },
  );

/** The roles that each operation requires; `optional` or `public` if it requires no session. */
async function rolesIn(settings: DocumentSettings): Promise<Record<string, string>> {
  const document = await documented({ options: { routes: false }, ...settings });
  const roles = Object.entries(operationsOf(document)).map(([name, { description = '', security }]) => [
    name,
    description.match(/(?<=- role )\w+/g)?.join(' and ') ?? (security === undefined ? 'public' : 'optional'),
  ]);
  return Object.fromEntries(roles) as Record<string, string>;
}

describe('the handlers of operations', () => {
  it.each<[title: string, DocumentSettings, Record<string, string>]>([
    [
      'with several paths, ids of their own and excluded endpoints',
      { controllers: [CatsController] },
      { 'GET /cats': 'keeper', 'GET /cats/all': 'keeper', 'POST /cats/{id}/treatments': 'keeper and vet' },
    ],
    [
      'with a global prefix',
      { controllers: [CatsController], configure: withPrefix },
      {
        'GET /cats': 'keeper',
        'GET /api/cats/all': 'keeper',
        'POST /api/cats/{id}/treatments': 'keeper and vet',
      },
    ],
    [
      'with versions in the URI',
      {
        controllers: [CatsController, namesakes.first, namesakes.second],
        configure: versioned(VersioningType.URI),
      },
      {
        'GET /v3/cats': 'keeper',
        'GET /v3/cats/all': 'keeper',
        'POST /v3/cats/{id}/treatments': 'keeper and vet',
        'GET /v1/dogs': 'first',
        'GET /v2/dogs': 'second',
      },
    ],
    [
      'with versions in a header, of which a document shows the last',
      {
        controllers: [namesakes.second, namesakes.first],
        configure: versioned(VersioningType.HEADER),
      },
      { 'GET /dogs': 'first' },
    ],
    [
      'with versions in the media type',
      {
        controllers: [namesakes.first, namesakes.second],
        configure: versioned(VersioningType.MEDIA_TYPE),
      },
      { 'GET /dogs': 'second' },
    ],
    [
      'that controllers inherit',
      { controllers: [BirdsController, FishController, AntsController] },
      { 'GET /birds': 'birds', 'GET /fish': 'optional', 'GET /ants': 'public' },
    ],
    [
      'under the path of a module',
      {
        imports: [
          BirdsModule,
          FishModule,
          RouterModule.register([
            { path: 'sky', module: BirdsModule },
            { path: 'sea', module: FishModule },
          ]),
        ],
      },
      { 'GET /sky/birds': 'birds', 'GET /sea/fish': 'optional' },
    ],
    [
      'in a document of some modules, without the prefix and with a factory of ids',
      {
        imports: [FishModule],
        controllers: [CatsController],
        configure: withPrefix,
        documentOptions: {
          include: [FishModule],
          deepScanRoutes: true,
          ignoreGlobalPrefix: true,
          operationIdFactory: (_, method) => method,
        },
        access: {
          documentOptions: { include: [FishModule], deepScanRoutes: true, ignoreGlobalPrefix: true },
        },
      },
      { 'GET /birds': 'birds', 'GET /fish': 'optional' },
    ],
  ])('are found %s', async (_, settings, roles) => {
    expect(await rolesIn(settings)).toEqual(roles);
  });

  it('keep their tags, ids and extensions', async () => {
    const settings = { controllers: [CatsController], options: { routes: false } } as const;
    const given = await withApplication(settings, (app) => createDocument(app));
    const document = await documented(settings);

    const kept = Object.entries(operationsOf(given)).map(([name, operation]) => [
      name,
      {
        ...operation,
        description: expect.any(String),
        responses: expect.objectContaining(operation.responses),
      },
    ]);
    expect(operationsOf(document)).toMatchObject(Object.fromEntries(kept) as object);
    expect(operationsOf(document)['POST /cats/{id}/treatments']).toMatchObject({
      operationId: 'treatCat',
      tags: ['animals'],
      'x-internal': { since: 1 },
      description: 'Treats a cat.\n\nRequires:\n\n- role keeper\n- role vet',
    });
  });
});
