import { Module, type DynamicModule } from '@nestjs/common';
import type { IngestConfig } from './config';
import { CONFIG } from './tokens';

/** Ingest's configuration, injectable everywhere as `CONFIG`. */
@Module({})
export class ConfigModule {
  static with(config: IngestConfig): DynamicModule {
    return { module: ConfigModule, global: true, providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] };
  }
}
