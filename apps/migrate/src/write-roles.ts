import { roles, type Role } from '@alloy/event-store';
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { scramVerifier } from './scram-verifier';

export type RolePasswords = Readonly<Record<Role, string>>;

/**
 * Creates or updates the services' login roles with these passwords. Idempotent. Roles belong to the whole server,
 * which Alloy expects to use alone.
 */
export async function writeRoles(client: Client, passwords: RolePasswords): Promise<void> {
  await client.query(roles.map((role) => roleStatements(role, passwords[role])).join('\n'));
}

function roleStatements(role: Role, password: string): string {
  const name = escapeIdentifier(role);
  return `
    DO $$ BEGIN CREATE ROLE ${name}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    ALTER ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${escapeLiteral(scramVerifier(password))};
    ALTER ROLE ${name} SET idle_in_transaction_session_timeout = '10s';`;
}
