import { SetMetadata } from '@nestjs/common';
import type { KnownState } from '../releases/read-release';

/** What a route that makes a release may look at of the request. */
export interface Asked {
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The answer of a route that makes a release, told again from the release itself. */
export type AnswerOf = (release: KnownState, asked: Asked) => unknown;

export const ONCE_PER_KEY = 'alloy:once-per-key';

/**
 * What the route does, it does once for each `Idempotency-Key`: it makes one release, through `newReleaseId`, whose answer `answerOf` tells again,
 * or (without `answerOf`) appends one event, with `idsOfEvent`.
 */
export const OncePerKey = (answerOf: AnswerOf = () => undefined): MethodDecorator => SetMetadata(ONCE_PER_KEY, answerOf);
