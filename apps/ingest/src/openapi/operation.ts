import type { z } from 'zod';
import type { Need } from '../auth/needs';
import type { RefusalStatus } from './refusals';

/** The description of a route in addition to its schemas. */
export interface Operation {
  readonly needs: Need;
  readonly summary: string;
  /** Additional information for clients. */
  readonly description?: string;
  readonly tag: 'releases' | 'events' | 'projects' | 'people' | 'operation' | 'health';
  /** The possible values in the path. A path with another value is 404, like a path with an unknown value. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodObject;
  /**
   * Status of success with a description and a schema of the JSON (of each line for NDJSON). Every JSON response has a
   * schema.
   */
  readonly answer: readonly [status: number, description: string, schema?: z.ZodType];
  /** Refusals in addition to those that follow from the other fields. */
  readonly refuses?: readonly RefusalStatus[];
  /** Content types of success; default `application/json`; none for 204. */
  readonly produces?: readonly string[];
  /** The meaning of the same response with the status 503, if it is possible. */
  readonly unavailable?: string;
  /** Whether it supports `Idempotency-Key`. */
  readonly once?: true;
  /** Whether a signed message needs no token. */
  readonly signed?: true;
}
