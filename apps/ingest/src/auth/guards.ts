import type { Ledger, Projects } from '@alloy/ledger';
import { typeormTrustBook } from '@alloy/ledger/orm';
import { addressGuard, LOGGER } from '@alloy/service';
import type { Provider } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { ThrottlerStorageService } from '@nestjs/throttler';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import type { IngestConfig } from '../config';
import { LEDGER, PROJECTS } from '../tokens';
import { BearerGuard } from './bearer.guard';
import { Bearers } from './bearers';
import { LegacyCallers } from './legacy-callers';
import { IssuerKeys } from './oidc/issuer-keys';
import { OidcCallers } from './oidc/oidc-callers';
import { SignedCallers } from './signed/signed-callers';
import { byAddress, byToken, RateLimitGuard, type RateLimit } from './rate-limits';

/** What stands before every route, in this order: so many requests from an address, a token that may, so many requests with a token. */
export const guards = (config: IngestConfig): readonly Provider[] => [
  ThrottlerStorageService,
  { provide: LegacyCallers, inject: [PROJECTS, LOGGER], useFactory: legacyCallers(config) },
  { provide: OidcCallers, inject: [DataSource], useFactory: oidcCallers(config) },
  Bearers,
  { provide: SignedCallers, inject: [LEDGER], useFactory: (ledger: Ledger) => new SignedCallers(ledger) },
  rateLimit({ name: 'address', limit: config.RATE_LIMIT_PER_ADDRESS, who: byAddress }),
  { provide: APP_GUARD, useClass: BearerGuard },
  rateLimit({ name: 'token', limit: config.RATE_LIMIT_PER_TOKEN, who: byToken }),
];

const rateLimit = (limit: RateLimit): Provider => ({
  provide: APP_GUARD, inject: [ThrottlerStorageService, Reflector], useFactory: (storage: ThrottlerStorageService, reflector: Reflector) => new RateLimitGuard(limit, storage, reflector),
});

const oidcCallers = ({ ALLOY_ALLOW_LOOPBACK }: IngestConfig) => (source: DataSource): OidcCallers => new OidcCallers(typeormTrustBook(source), new IssuerKeys(addressGuard({ allowLoopback: ALLOY_ALLOW_LOOPBACK })));

const legacyCallers = ({ ALLOY_WEBHOOK_AUTH }: IngestConfig) => (projects: Projects, logger: Logger): LegacyCallers => {
  const isOn = ALLOY_WEBHOOK_AUTH === 'legacy';
  if (isOn) logger.warn('ALLOY_WEBHOOK_AUTH=legacy: whoever reaches the webhook may release in the name of any user, without a token');
  return new LegacyCallers(projects, isOn);
};
