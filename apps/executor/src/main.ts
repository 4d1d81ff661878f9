import { postgresDriver } from '@alloy/event-store';
import { parseConfig, runService } from '@alloy/service';
import { executorConfig } from './config';
import { executorDependencies, ExecutorModule, executorStrategy } from './executor.module';

void runService({
  name: 'executor',
  config: () => parseConfig(executorConfig),
  dependencies: executorDependencies,
  module: (config) => ExecutorModule.with(config),
  strategy: executorStrategy,
  tracing: { postgres: postgresDriver },
});
