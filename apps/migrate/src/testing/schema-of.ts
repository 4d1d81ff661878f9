import { Client } from 'pg';

/** What a database is made of: a line for each relation, column, constraint, index, trigger, function and grant. */
export async function schemaOf(databaseUrl: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(SCHEMA);
    return rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}

/**
 * Without the partitions of measurements, one for each day since the migration, and without NOT NULL constraints,
 * to which newer versions of Postgres give names: the line of a column says whether it is nullable.
 */
const SCHEMA = `
  WITH relation AS (
    SELECT pg_class.oid, format('%I.%I', nspname, relname) AS name, relkind
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('public', 'rebuild') AND relname !~ '^measurement_[0-9]{8}')
  SELECT format('relation %s %s', relkind, name) AS line FROM relation
  UNION ALL SELECT format('schema %s', nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT format('column %s %s %s %s null=%s default=%s identity=%s',
      name, attnum, attname, format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid), attidentity)
    FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  UNION ALL SELECT format('constraint %s %s %s', name, conname, pg_get_constraintdef(pg_constraint.oid))
    FROM relation JOIN pg_constraint ON conrelid = relation.oid AND contype <> 'n'
  UNION ALL SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM relation JOIN pg_index ON indrelid = relation.oid
  UNION ALL SELECT format('trigger %s %s', tgenabled, pg_get_triggerdef(pg_trigger.oid))
    FROM relation JOIN pg_trigger ON tgrelid = relation.oid AND NOT tgisinternal
  UNION ALL SELECT format('function %s', pg_get_functiondef(pg_proc.oid))
    FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname IN ('public', 'rebuild')
  UNION ALL SELECT format('grant %s %s to %s', name, privilege_type, grantee::regrole)
    FROM relation JOIN pg_class ON pg_class.oid = relation.oid, aclexplode(relacl) WHERE grantee <> relowner AND grantee <> 0
  ORDER BY 1`;
