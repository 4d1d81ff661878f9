import { parseConfig, runService } from '@alloy/service';
import { watcherConfig } from './config';
import { WatcherModule, watcherStrategy } from './watcher.module';

void runService({
  name: 'watcher',
  config: () => parseConfig(watcherConfig),
  module: (config) => WatcherModule.with(config),
  strategy: watcherStrategy,
});
