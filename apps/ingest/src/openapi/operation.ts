import type { z } from 'zod';
import type { Need } from '../auth/needs';
import type { RefusalStatus } from './refusals';

/** What is told of a route beside what its schemas say. */
export interface Operation {
  readonly needs: Need;
  readonly summary: string;
  /** What a client has to know beyond the summary. */
  readonly description?: string;
  readonly tag: 'releases' | 'events' | 'projects' | 'people' | 'operation' | 'health';
  /** Of the path: what there can be. A path with another value is 404, as with a value that is not there. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Status of success, and what is answered then: in words, and as a schema of the JSON (of NDJSON: of each line). Whatever answers JSON has one. */
  readonly answer: readonly [status: number, description: string, schema?: z.ZodType];
  /** Refusals beside those that follow from the rest. */
  readonly refuses?: readonly RefusalStatus[];
  /** Content types of success; default `application/json`; none for 204. */
  readonly produces?: readonly string[];
  /** What the same answer with the status 503 means, if it may come. */
  readonly unavailable?: string;
  /** Whether it takes `Idempotency-Key`. */
  readonly once?: true;
  /** Whether a signed message needs no token. */
  readonly signed?: true;
}
