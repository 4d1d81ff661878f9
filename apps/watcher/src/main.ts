import { postgresDriver } from '@alloy/event-store';
import { parseConfig, runService } from '@alloy/service';
import { watcherConfig } from './config';
import { watcherDependencies, WatcherModule, watcherStrategy } from './watcher.module';

void runService({
  name: 'watcher',
  config: () => parseConfig(watcherConfig),
  dependencies: watcherDependencies,
  module: (config) => WatcherModule.with(config),
  strategy: watcherStrategy,
  tracing: { postgres: postgresDriver },
});
