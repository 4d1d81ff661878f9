import { ModulesContainer } from '@nestjs/core';
import { AccessModule } from './access/access.module';
import { EventsModule } from './events/events.module';
import { OperationsModule } from './operations/operations.module';
import { ProjectsModule } from './projects/projects.module';
import { ReleasesModule } from './releases/releases.module';
import { StorageModule } from './storage/storage.module';
import { startTestIngest, type TestIngest } from './testing/test-ingest';
import { LEDGER, REPOSITORIES } from './tokens';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

const features = [AccessModule, ProjectsModule, ReleasesModule, EventsModule, OperationsModule];

it('assigns each controller to one feature', () => {
  const modules = [...ingest.app.get(ModulesContainer).values()].filter(({ metatype }) => features.some((feature) => feature === metatype));
  expect(modules).toHaveLength(5);
  const controllers = modules.flatMap((module) => [...module.controllers.values()].map(({ name }) => String(name)));
  expect(controllers).toEqual([...new Set(controllers)]);
  expect(controllers.toSorted()).toEqual([
    'AuditController', 'DeployController', 'DocsController', 'EventsController', 'HandBackController', 'HoldController',
    'IngestHealthController', 'IntentsController', 'NewReleasesController', 'PlansController', 'ProjectDocumentController',
    'ProjectHistoryController', 'ProjectRegistryController', 'ProjectionsController', 'ProjectsController',
    'ReleasesController', 'RepeatsController', 'SecretsController', 'ShredController', 'TokensController', 'UsersController',
  ]);
});

it('lets features inject only the ports that storage exports, not the ledger', () => {
  const storage = [...ingest.app.get(ModulesContainer).values()].find(({ metatype }) => metatype === StorageModule)!;
  expect([storage.exports.has(LEDGER), storage.exports.has(REPOSITORIES)]).toEqual([false, false]);
  for (const feature of features) expect(() => ingest.app.select(feature).get(LEDGER, { strict: true })).toThrow();
});
