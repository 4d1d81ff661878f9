import { parseConfig, runService } from '@alloy/service';
import { executorConfig } from './config';
import { ExecutorModule, executorStrategy } from './executor.module';

void runService({
  name: 'executor',
  config: () => parseConfig(executorConfig),
  module: (config) => ExecutorModule.with(config),
  strategy: executorStrategy,
});
