import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ThrottlerGuard, type ThrottlerStorage } from '@nestjs/throttler';
import type { Authenticated } from './caller';
import { needOf } from './needs';

/** The key by which requests are counted. */
export type WhoAsks = (request: Authenticated & { readonly ip: string }) => string;

export const byAddress: WhoAsks = ({ ip }) => ip;
export const byToken: WhoAsks = ({ caller }) => (caller ? `${caller.account} ${caller.tokenId}` : '');

const MINUTE_MS = 60_000;

export interface RateLimit {
  readonly name: string;
  /** Requests per minute; 0: no limit. */
  readonly limit: number;
  readonly who: WhoAsks;
}

/**
 * Answers every request of a caller with 429 and Retry-After for a minute after the caller has exceeded the limit.
 * Probes are not counted. Each replica counts separately.
 */
export class RateLimitGuard extends ThrottlerGuard {
  constructor({ name, limit, who }: RateLimit, storage: ThrottlerStorage, private readonly reflect: Reflector) {
    const getTracker = async (request: Record<string, unknown>): Promise<string> => who(request as unknown as Parameters<WhoAsks>[0]);
    const generateKey = (_: ExecutionContext, tracker: string): string => `${name} ${tracker}`;
    super({ throttlers: [{ limit, ttl: MINUTE_MS, getTracker, generateKey, skipIf: () => limit === 0 }] }, storage, reflect);
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return needOf(this.reflect, context.getClass(), context.getHandler()) === 'nothing';
  }
}
