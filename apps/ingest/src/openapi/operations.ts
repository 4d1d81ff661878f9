import type { Operation } from './operation';
import { eventOperations } from './operations/events';
import { healthOperations } from './operations/health';
import { maintenanceOperations } from './operations/maintenance';
import { peopleOperations } from './operations/people';
import { projectOperations } from './operations/projects';
import { releaseOperations } from './operations/releases';

/** Every route of ingest, by method and path. */
export const operations: Readonly<Record<string, Operation>> = {
  ...releaseOperations,
  ...eventOperations,
  ...projectOperations,
  ...peopleOperations,
  ...maintenanceOperations,
  ...healthOperations,
};
