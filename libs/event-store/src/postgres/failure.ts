import { asRuntimeError, TerminalError } from '@alloy/runtime';

/** The consequence of a failed statement for its append. */
export type Failure =
  /** Another writer stored the same version or id first. */
  | 'conflict'
  /** Postgres rolled it back for a temporary reason: retry. */
  | 'transient'
  /** The connection is lost, so the outcome of the COMMIT is unknown. */
  | 'disconnected'
  /** Any other failure: the caller gets it. */
  | 'final';

export function failureOf(error: unknown): Failure {
  const { code, table, constraint } = (error ?? {}) as { code?: string; table?: string; constraint?: string };
  if (code === '23505') return table === 'event' && (constraint === 'event_version' || constraint === 'event_id') ? 'conflict' : 'final';
  // A Unix socket that does not exist yet.
  if (code === 'ENOENT') return 'disconnected';
  const known = asRuntimeError(error);
  if (known instanceof TerminalError) return 'final';
  return known.reason === 'transient' ? 'transient' : 'disconnected';
}
