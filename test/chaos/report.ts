import type { StoredEvent } from '@alloy/contracts';
import { describeOutage, type Outage } from './outages';
import type { FinishedRelease, SeedResult } from './seed-run';

/** The fields of a result that the report shows. `command`: reproduces the run with `--seed`. */
interface Reported extends Pick<SeedResult, 'seed' | 'broken' | 'outages'> {
  readonly releases: ReadonlyArray<Pick<FinishedRelease, 'tag' | 'project' | 'id' | 'events'>>;
  readonly command?: string;
}

/**
 * The report of a seed with a broken promise: the broken promises, the timeline of each release that shows them, and
 * the command that reproduces the run.
 */
export function reportOf({ seed, broken, releases, outages, command = 'npm run chaos --' }: Reported): string {
  const shown = releases.filter(({ id, project }) =>
    broken.some((one) => (one.release === undefined ? one.project === project : one.release === id)),
  );
  return [
    `seed ${seed}: ${broken.length} broken promises`,
    ...broken.map(({ promise, project, text }) => `  ${promise} ${project} ${text}`),
    ...shown.flatMap((release) => ['', ...timelineOf(release, outages)]),
    '',
    `Reproduce: ${command} --seed ${seed}`,
  ].join('\n');
}

/** Events and outages in the order of time. */
function timelineOf({ tag, project, id, events }: Reported['releases'][number], outages: readonly Outage[]): readonly string[] {
  const [from, to] = [events[0], events.at(-1)].map((event) => Date.parse(event?.occurredAt ?? '')) as [number, number];
  const rows = [
    ...events.map((event) => [Date.parse(event.occurredAt), `${event.type} ${brief(event)}`] as const),
    ...outages
      .filter((outage) => outage.to >= from && outage.from <= to)
      .map((outage) => [outage.from, `** ${describeOutage(outage)}${outage.release === tag ? '' : ` of ${outage.release}`}`] as const),
  ];
  return [
    `${tag} of ${project} (${id})`,
    ...rows.sort(([a], [b]) => a - b).map(([at, text]) => `  ${((at - from) / 1_000).toFixed(2).padStart(7)} s  ${text}`),
  ];
}

const BRIEF = 240;
const brief = ({ data }: StoredEvent): string => JSON.stringify(data).slice(0, BRIEF);
