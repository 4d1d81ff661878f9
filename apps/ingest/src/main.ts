import { parseConfig, runService } from '@alloy/service';
import { ingestConfig } from './config';
import { serviceOptions } from './service-options';

void runService(serviceOptions(() => parseConfig(ingestConfig)));
