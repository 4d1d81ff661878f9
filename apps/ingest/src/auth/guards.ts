import type { PolicyBook, Projects, ProjectSecrets, TrustBook } from '@alloy/ledger';
import { addressGuard, LOGGER } from '@alloy/service';
import type { Provider } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { ThrottlerStorageService } from '@nestjs/throttler';
import type { Logger } from 'pino';
import type { IngestConfig } from '../config';
import { CONFIG, POLICIES, PROJECTS, SECRETS, TRUST_BOOK } from '../tokens';
import { BearerGuard } from './bearer.guard';
import { Bearers } from './bearers';
import { LegacyCallers } from './legacy-callers';
import { IssuerKeys } from './oidc/issuer-keys';
import { OidcCallers } from './oidc/oidc-callers';
import { SignedCallers } from './signed/signed-callers';
import { byAddress, byToken, RateLimitGuard, type RateLimit } from './rate-limits';

const rateLimit = (of: (config: IngestConfig) => RateLimit): Provider => ({
  provide: APP_GUARD,
  inject: [CONFIG, ThrottlerStorageService, Reflector],
  useFactory: (config: IngestConfig, storage: ThrottlerStorageService, reflector: Reflector) =>
    new RateLimitGuard(of(config), storage, reflector),
});

const oidcCallers = ({ ALLOY_ALLOW_LOOPBACK }: IngestConfig, trust: TrustBook): OidcCallers =>
  new OidcCallers(trust, new IssuerKeys(addressGuard({ allowLoopback: ALLOY_ALLOW_LOOPBACK })));

const signedCallers = (policies: PolicyBook, secrets: ProjectSecrets): SignedCallers => new SignedCallers({ policies, secrets });

const legacyCallers = ({ ALLOY_WEBHOOK_AUTH }: IngestConfig, projects: Projects, logger: Logger): LegacyCallers => {
  const isOn = ALLOY_WEBHOOK_AUTH === 'legacy';
  if (isOn) logger.warn('ALLOY_WEBHOOK_AUTH=legacy: any client that can reach the webhook may release as any user, without a token');
  return new LegacyCallers(projects, isOn);
};

/** The guards of every route, in order: the rate of an address, the permissions of the token, the rate of a token. */
export const guards: readonly Provider[] = [
  ThrottlerStorageService,
  { provide: LegacyCallers, inject: [CONFIG, PROJECTS, LOGGER], useFactory: legacyCallers },
  { provide: OidcCallers, inject: [CONFIG, TRUST_BOOK], useFactory: oidcCallers },
  Bearers,
  { provide: SignedCallers, inject: [POLICIES, SECRETS], useFactory: signedCallers },
  rateLimit((config) => ({ name: 'address', limit: config.RATE_LIMIT_PER_ADDRESS, who: byAddress })),
  { provide: APP_GUARD, useClass: BearerGuard },
  rateLimit((config) => ({ name: 'token', limit: config.RATE_LIMIT_PER_TOKEN, who: byToken })),
];
