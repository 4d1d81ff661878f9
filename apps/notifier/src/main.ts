import { parseConfig, runService } from '@alloy/service';
import { notifierConfig } from './config';
import { NotifierModule, notifierStrategy } from './notifier.module';

void runService({
  name: 'notifier',
  config: () => parseConfig(notifierConfig),
  module: (config) => NotifierModule.with(config),
  strategy: notifierStrategy,
});
