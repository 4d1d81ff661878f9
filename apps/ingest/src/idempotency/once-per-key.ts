import { SetMetadata } from '@nestjs/common';
import type { KnownState } from '../releases/read-release';

/** The parts of the request from which a route derives its response. */
export interface Asked {
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The response of a route that creates a release, derived from the release itself. */
export type AnswerOf = (release: KnownState, asked: Asked) => unknown;

export const ONCE_PER_KEY = 'alloy:once-per-key';

/**
 * Runs the route once for each `Idempotency-Key`: it creates one release, with `newReleaseId`, from which `answerOf`
 * derives the response again, or (without `answerOf`) appends one event, with `idsOfEvent`.
 */
export const OncePerKey = (answerOf: AnswerOf = () => undefined): MethodDecorator => SetMetadata(ONCE_PER_KEY, answerOf);
