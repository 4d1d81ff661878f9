import { postgresDriver } from '@alloy/event-store';
import { parseConfig, runService } from '@alloy/service';
import { plannerConfig } from './config';
import { plannerDependencies, PlannerModule, plannerStrategy } from './planner.module';

void runService({
  name: 'planner',
  config: () => parseConfig(plannerConfig),
  dependencies: plannerDependencies,
  module: (config) => PlannerModule.with(config),
  strategy: plannerStrategy,
  tracing: { postgres: postgresDriver },
});
