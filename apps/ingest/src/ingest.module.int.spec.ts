import { ModulesContainer } from '@nestjs/core';
import { AccessModule } from './access/access.module';
import { EventsModule } from './events/events.module';
import { OperationsModule } from './operations/operations.module';
import { ProjectsModule } from './projects/projects.module';
import { ReleasesModule } from './releases/releases.module';
import { StorageModule } from './storage/storage.module';
import { openDoor, type Door } from './testing/door';
import { LEDGER, REPOSITORIES } from './tokens';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());

const features = [AccessModule, ProjectsModule, ReleasesModule, EventsModule, OperationsModule];

it('each controller belongs to one feature', () => {
  const modules = [...door.app.get(ModulesContainer).values()].filter(({ metatype }) => features.some((feature) => feature === metatype));
  expect(modules).toHaveLength(5);
  const controllers = modules.flatMap((module) => [...module.controllers.values()].map(({ name }) => String(name)));
  expect(controllers).toEqual([...new Set(controllers)]);
  expect(controllers.toSorted()).toEqual([
    'AuditController', 'DeployController', 'DocsController', 'DoorHealthController', 'EventsController', 'IntentsController',
    'NewReleasesController', 'ProjectHistoryController', 'ProjectRegistryController', 'ProjectionsController', 'ProjectsController',
    'ReleasesController', 'RepeatsController', 'SecretsController', 'ShredController', 'TokensController', 'UsersController',
  ]);
});

it('no feature can inject the ledger, only the ports that storage exports', () => {
  const storage = [...door.app.get(ModulesContainer).values()].find(({ metatype }) => metatype === StorageModule)!;
  expect([storage.exports.has(LEDGER), storage.exports.has(REPOSITORIES)]).toEqual([false, false]);
  for (const feature of features) expect(() => door.app.select(feature).get(LEDGER, { strict: true })).toThrow();
});
