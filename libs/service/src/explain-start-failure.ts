import { ConfigError } from './parse-config';

/** A start failure as people need it: one line, and a stack only where it is a bug. */
export function explainStartFailure(error: unknown): { readonly why: string; readonly code: string; readonly err?: unknown } {
  if (error instanceof ConfigError) return { why: error.message, code: error.code };
  const { code, port, address } = (error ?? {}) as { code?: unknown; port?: unknown; address?: unknown };
  if (code === 'EADDRINUSE') return { why: `port ${String(port)} on ${String(address)} is taken; set PORT to another one`, code };
  if (code === 'EACCES') return { why: `not allowed to listen on port ${String(port)}; set PORT to another one`, code };
  if (code === 'EADDRNOTAVAIL') return { why: `${String(address)} is not an address of this machine; set HOST`, code };
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT') return { why: `${nobodyAt(error)}: is the server up that DATABASE_URL, or NATS_URL, names?`, code };
  return { why: error instanceof Error ? error.message : String(error), code: typeof code === 'string' ? code : 'start_failed', err: error };
}

/** Of a name with several addresses the error has no words of its own. */
function nobodyAt(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return first instanceof Error ? first.message : 'nobody answers';
}
