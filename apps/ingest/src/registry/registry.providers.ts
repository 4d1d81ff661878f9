import { addressGuard } from '@alloy/service';
import type { Provider } from '@nestjs/common';
import type { IngestConfig } from '../config';
import { TagResolver } from './tag-resolver';

export const registry = ({ ALLOY_ALLOW_LOOPBACK }: Pick<IngestConfig, 'ALLOY_ALLOW_LOOPBACK'>): readonly Provider[] => [
  { provide: TagResolver, useFactory: () => new TagResolver(addressGuard({ allowLoopback: ALLOY_ALLOW_LOOPBACK })) },
];
