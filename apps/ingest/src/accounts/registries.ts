import { projectRegistry, tokenRegistry, userRegistry } from '@alloy/ledger/orm';
import type { Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditTrail } from '../auth/audit-trail';
import { PROJECT_REGISTRY, TOKEN_REGISTRY, USER_REGISTRY } from '../tokens';

/** What the routes for projects, users and tokens stand on. */
export const registries: readonly Provider[] = [
  { provide: PROJECT_REGISTRY, inject: [DataSource], useFactory: projectRegistry },
  { provide: USER_REGISTRY, inject: [DataSource], useFactory: userRegistry },
  { provide: TOKEN_REGISTRY, inject: [DataSource], useFactory: tokenRegistry },
  AuditTrail,
];
