import type { Section } from '../section';
import { Disposal } from './disposal';
import { measureFleet } from './fleet-part';
import { measureCrash, measurePatch, measureWebhook } from './latency-parts';
import { expectedSeconds, type Candidate, type ScaleOptions } from './options';
import type { Part } from './part';
import { measureQuiet } from './quiet-part';
import { parts, rowsFor, type Measured, type PartName } from './rows';
import { scaleSections, type Profile } from './table';

const measures: Readonly<Record<PartName, Part>> = {
  quiet: measureQuiet,
  fleet: measureFleet,
  crash: measureCrash,
  patch: measurePatch,
  webhook: measureWebhook,
};

/** Measures both builds part by part, the older build first. */
export async function benchScale(options: ScaleOptions): Promise<readonly Section[]> {
  const rows = rowsFor(options);
  const unknown = options.rows?.filter((id) => !rows.some((row) => row.id === id)) ?? [];
  if (unknown.length > 0) throw new Error(`scale has no row ${unknown.join(', ')}; it has ${rows.map(({ id }) => id).join(', ')}`);
  const chosen = rows.filter(({ id }) => options.rows?.includes(id) ?? true);
  const needed = parts.filter((part) => chosen.some((row) => row.part === part));
  console.log(planOf(needed));
  const candidates: readonly Candidate[] = [
    { name: 'older', build: options.older },
    { name: 'current', build: undefined },
  ];
  const measured: Record<Candidate['name'], Measured> = { older: {}, current: {} };
  const profiles: Record<string, Profile> = {};
  const notes: string[] = [];
  for (const part of needed) {
    for (const candidate of candidates) {
      if (candidate.name === 'older' && chosen.every((row) => row.part !== part || row.onlyCurrent)) continue;
      const name = candidate.name === 'older' ? options.older.commit : 'now';
      const begun = performance.now();
      const result = await disposed((disposal) =>
        measures[part](candidate, options, (id) => chosen.some((row) => row.id === id), disposal),
      );
      console.log(`${part}, ${name}: ${Math.round((performance.now() - begun) / 1_000)} s ${JSON.stringify(result.figures)}`);
      Object.assign(measured[candidate.name], result.figures);
      if (candidate.name === 'current') Object.assign(profiles, result.profiles);
      notes.push(...result.notes.map((note) => `${name}: ${note}.`));
    }
  }
  return scaleSections({ rows: chosen, measured, profiles, commit: options.older.commit, text: [textOf(options), ...notes].join(' ') });
}

async function disposed<T>(use: (disposal: Disposal) => Promise<T>): Promise<T> {
  const disposal = new Disposal();
  try {
    return await use(disposal);
  } finally {
    await disposal.run();
  }
}

function planOf(needed: readonly PartName[]): string {
  const minutes = Math.ceil(needed.reduce((sum, part) => sum + 2 * expectedSeconds[part], 0) / 60);
  const each = needed.map((part) => `${part} 2 × ${expectedSeconds[part]} s`).join(', ');
  return `plan: ${each}; in total about ${minutes} minutes on an idle machine`;
}

const textOf = ({ assets }: ScaleOptions): string => [
  'Both builds are measured in this run, one after the other, each with an empty database and an empty cluster, on the same',
  `Node (${process.version}), Postgres, nats-server and API server (${assets === undefined ? 'the playground' : 'a kube-apiserver'}).`,
  'A live release has one stable pod, and one canary pod that does not become ready. Requests are those of executor and watcher in the API',
  'server’s audit log; a watch counts once. Statements are those that pg_stat_statements counts for the roles of the services.',
  'The last three rows are measured on the playground, against the floors of docs/performance.md.',
].join(' ');
