import { postgresIdempotencyKeys, type Ledger } from '@alloy/ledger';
import type { Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { IDEMPOTENCY_KEYS, LEDGER } from '../tokens';
import { IdempotencyInterceptor } from './idempotency.interceptor';
import { RepeatedWebhooks } from './repeated-webhooks';

export const idempotency: readonly Provider[] = [
  RepeatedWebhooks,
  { provide: IDEMPOTENCY_KEYS, inject: [LEDGER], useFactory: ({ pool }: Ledger) => postgresIdempotencyKeys(pool) },
  { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
];
