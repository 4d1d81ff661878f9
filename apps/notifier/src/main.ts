import { postgresDriver } from '@alloy/event-store';
import { parseConfig, runService } from '@alloy/service';
import { notifierConfig } from './config';
import { notifierDependencies, NotifierModule, notifierStrategy } from './notifier.module';

void runService({
  name: 'notifier',
  config: () => parseConfig(notifierConfig),
  dependencies: notifierDependencies,
  module: (config) => NotifierModule.with(config),
  strategy: notifierStrategy,
  tracing: { postgres: postgresDriver, secretPaths: true },
});
