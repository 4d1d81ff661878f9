import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { HealthChecks } from './health-checks';
import { HealthController } from './health.controller';
import { Lifecycle } from './lifecycle';

/** Injection token of the service's pino logger. */
export const LOGGER = Symbol('logger');

/**
 * The common parts of every service: health, lifecycle, metrics and the logger, injectable everywhere as
 * `HealthChecks`, `Lifecycle`, `Registry` (prom-client) and `LOGGER`.
 */
@Module({})
export class ServiceModule {
  static with(logger: Logger): DynamicModule {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const providers = [HealthChecks, Lifecycle, { provide: Registry, useValue: registry }, { provide: LOGGER, useValue: logger }];
    return { module: ServiceModule, global: true, controllers: [HealthController], providers, exports: providers };
  }
}
