import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module';
import type { IngestConfig } from './config';
import { ConfigModule } from './config.module';
import { EventsModule } from './events/events.module';
import { OperationsModule } from './operations/operations.module';
import { ProjectsModule } from './projects/projects.module';
import { ReleasesModule } from './releases/releases.module';

/** Ingest's composition root: a module for each feature, and one configuration. */
@Module({})
export class IngestModule {
  static with(config: IngestConfig): DynamicModule {
    const features = [AccessModule, ProjectsModule, ReleasesModule, EventsModule, OperationsModule];
    return { module: IngestModule, imports: [ConfigModule.with(config), ...features] };
  }
}
