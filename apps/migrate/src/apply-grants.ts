import { roles, type Grants } from '@alloy/event-store';
import { escapeIdentifier, type Client } from 'pg';

/** Grants each role exactly the listed privileges in this database and revokes all others. Idempotent. */
export async function applyGrants(client: Client, grants: Grants): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = escapeIdentifier(rows[0]!.name);
  const everyone = roles.map(escapeIdentifier).join(', ');
  await client.query(
    [
      `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`,
      'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
      `GRANT CONNECT ON DATABASE ${database} TO ${everyone}`,
      `GRANT USAGE ON SCHEMA public TO ${everyone}`,
      `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ${everyone}`,
      `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${everyone}`,
      'GRANT USAGE ON SCHEMA rebuild TO alloy_ingest',
      ...tableGrants(grants),
    ].join(';\n'),
  );
}

function tableGrants(grants: Grants): readonly string[] {
  return Object.entries(grants).flatMap(([table, byRole]) =>
    Object.entries(byRole).map(
      ([role, privileges]) => `GRANT ${privileges.join(', ')} ON ${escapeIdentifier(table)} TO ${escapeIdentifier(role)}`,
    ),
  );
}
