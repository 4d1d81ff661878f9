import { parseConfig, runService } from '@alloy/service';
import { plannerConfig } from './config';
import { PlannerModule, plannerStrategy } from './planner.module';

void runService({
  name: 'planner',
  config: () => parseConfig(plannerConfig),
  module: (config) => PlannerModule.with(config),
  strategy: plannerStrategy,
});
