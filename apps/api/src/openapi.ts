import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { MachineRoutes } from './auth/machine-routes.js';
import { VERSION } from './config/version.js';
import { narrowExplorer } from './openapi-explorer.js';
import { finishDocument } from './openapi-finish.js';
import { describeMachineRoutes, machineModels } from './openapi-machine.js';

/** Serves the API description (`/openapi.json`, `/openapi.yaml`) and its explorer (`/docs`), both made from the code. */
export function describeApi(app: NestFastifyApplication): void {
  const build = () => describe(app);
  const server = app.getHttpAdapter().getInstance();
  narrowExplorer(server, '/docs');
  SwaggerModule.setup('docs', app, build, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'akm API',
    swaggerOptions: { persistAuthorization: false, tryItOutEnabled: true },
  });
}

function describe(app: NestFastifyApplication): OpenAPIObject {
  const document = new DocumentBuilder()
    .setTitle('akm')
    .setDescription('Issues API keys, verifies them on every request, limits, rotates, audits and watches them.')
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .setOpenAPIVersion('3.1.0')
    .addServer('/')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'From POST /api/v1/auth/login. Issued and checked by RFC8725.',
      },
      'access_token',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key made by akm.' }, 'api_key')
    .addTag('auth', 'People: sign-in, sessions, roles')
    .addTag('people', 'People: administration')
    .addTag('keys', 'The life of an API key')
    .addTag('verification', 'May this key do that now?')
    .addTag('insights', 'What keys do not do by themselves')
    .addTag('webhooks', 'Being told of what happens')
    .addTag('audit', 'Who did what')
    .addTag('insights', 'What the record tells of your keys')
    .addTag('operations', 'For whoever runs the server')
    .build();
  const routes = app.get(MachineRoutes).all;
  const extraModels = machineModels(routes);
  const described = SwaggerModule.createDocument(app, document, { operationIdFactory: operationId, extraModels });
  describeMachineRoutes(described, routes);
  return finishDocument(described);
}

/** `ApiKeysController.create` is `apiKeysCreate`: stable as long as the names in the code are. */
function operationId(controller: string, method: string): string {
  const room = controller.replace(/Controller$/, '');
  return room.charAt(0).toLowerCase() + room.slice(1) + method.charAt(0).toUpperCase() + method.slice(1);
}
