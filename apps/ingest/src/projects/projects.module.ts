import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { SecretsController } from '../secrets/secrets.controller';
import { StorageModule } from '../storage/storage.module';
import { ProjectDocumentController } from './project-document.controller';
import { ProjectHistoryController } from './project-history.controller';
import { ProjectRegistryController } from './project-registry.controller';
import { ProjectsController } from './projects.controller';
import { ReleaseWindows } from './release-windows';

/** Projects: their policies and secrets, their stable versions and their histories. */
@Module({
  imports: [StorageModule, AccessModule],
  controllers: [ProjectRegistryController, ProjectDocumentController, ProjectsController, ProjectHistoryController, SecretsController],
  providers: [ReleaseWindows],
})
export class ProjectsModule {}
