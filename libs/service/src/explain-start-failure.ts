import { messageOf } from './dependency';
import { ConfigError } from './parse-config';

/** Describes a failed start in one line, with a stack only for a bug. */
export function explainStartFailure(error: unknown): { readonly why: string; readonly code: string; readonly err?: unknown } {
  if (error instanceof ConfigError) return { why: error.message, code: error.code };
  const { code, port, address } = (error ?? {}) as { code?: unknown; port?: unknown; address?: unknown };
  const remedy = typeof code === 'string' ? remedies[code] : undefined;
  if (remedy !== undefined) return { why: `${messageOf(error)}: ${remedy}`, code: code as string };
  if (code === 'EADDRINUSE') return { why: `port ${String(port)} on ${String(address)} is taken; set PORT to another one`, code };
  if (code === 'EACCES') return { why: `not allowed to listen on port ${String(port)}; set PORT to another one`, code };
  if (code === 'EADDRNOTAVAIL') return { why: `${String(address)} is not an address of this machine; set HOST`, code };
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT')
    return { why: `${messageOf(error)}: check that the server in DATABASE_URL or NATS_URL is running`, code };
  return {
    why: error instanceof Error ? error.message : String(error),
    code: typeof code === 'string' ? code : 'start_failed',
    err: error,
  };
}

/** By Postgres' code: the user's remedy for a connection that is refused permanently. */
const remedies: Readonly<Record<string, string>> = {
  '28P01': 'DATABASE_URL must have the password that the migrate step was given for this role in ALLOY_ROLE_PASSWORDS',
  '28000': 'DATABASE_URL must name a role that may log in from here; the migrate step creates the roles, and pg_hba.conf must allow them',
  '3D000': 'create that database and run the migrate step on it, or set another database in DATABASE_URL',
  '42501': 'run the migrate step on this database: it grants the role its permissions',
};
