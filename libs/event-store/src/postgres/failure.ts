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

const failures: Readonly<Record<string, Failure>> = {
  '40001': 'transient', // serialization_failure
  '40P01': 'transient', // deadlock_detected
  '57P01': 'disconnected', // admin_shutdown
  '57P02': 'disconnected', // crash_shutdown
  '57P03': 'disconnected', // cannot_connect_now
  '25P03': 'disconnected', // idle_in_transaction_session_timeout
  '53300': 'disconnected', // too_many_connections
  '08000': 'disconnected',
  '08003': 'disconnected',
  '08006': 'disconnected',
  ECONNREFUSED: 'disconnected',
  ECONNRESET: 'disconnected',
  EPIPE: 'disconnected',
  ETIMEDOUT: 'disconnected',
  ENOENT: 'disconnected',
};

/** `pg` sets no code on these. */
const DISCONNECTED =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed/;

export function failureOf(error: unknown): Failure {
  const {
    code, table, constraint,
    message = '',
  } = (error ?? {}) as { code?: string; table?: string; constraint?: string; message?: string };
  if (code === '23505') return table === 'event' && (constraint === 'event_version' || constraint === 'event_id') ? 'conflict' : 'final';
  if (code !== undefined) return failures[code] ?? 'final';
  return DISCONNECTED.test(message) ? 'disconnected' : 'final';
}
