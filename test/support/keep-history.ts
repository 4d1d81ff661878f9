import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PostgresEventStore } from '@alloy/event-store';
import type { Pool } from 'pg';

/** A folder: when an installation ends, the recorded log of its spec is stored there, to become a golden history. */
const RECORD = 'ALLOY_RECORD_GOLDEN';
const BATCH = 500;

/** Writes the whole log like `alloy events export`, to a file with the spec's name; only if the variable is set. */
export async function keepHistory(pool: Pool): Promise<void> {
  const folder = process.env[RECORD];
  if (!folder) return;
  const store = new PostgresEventStore({ pool });
  const lines: string[] = [];
  for (let after = 0; ; ) {
    const events = await store.readOrdered({ after, limit: BATCH, raw: true });
    lines.push(...events.map(({ seq: _, ...event }) => JSON.stringify(event)));
    if (events.length < BATCH) break;
    after = events.at(-1)!.seq;
  }
  const name = basename(expect.getState().testPath!).replace(/\.(e2e|int|cp)\.spec\.ts$/, '');
  const path = join(folder, `${name}.ndjson`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
}
