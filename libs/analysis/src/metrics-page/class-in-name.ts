import type { Sample } from '../prometheus';
import { samplesOf, type MetricsPage, type Series } from './page';

/** Series whose names differ only in a class of statuses, as `shop_2xx_responses_total` and `shop_5xx_responses_total`. */
export interface ClassSeries {
  /** The name that they share, with `Nxx` in place of the class. */
  readonly metric: string;
  readonly members: ReadonlyArray<{ readonly series: Series; readonly status: string }>;
}

const CLASS = /_([1-5]xx)(_responses?|_requests?)(?=_|$)/i;

/** Groups counters that have the class of the status in their name: Dropwizard and Jetty (meters), Symfony's bundle. */
export function classesInNames(page: MetricsPage): readonly ClassSeries[] {
  const groups = new Map<string, { series: Series; status: string }[]>();
  for (const series of page.series.values()) {
    const status = CLASS.exec(series.name)?.[1];
    if (status === undefined || series.type === 'gauge') continue;
    const metric = series.name.replace(CLASS, '_Nxx$2');
    const members = groups.get(metric) ?? [];
    members.push({ series, status });
    groups.set(metric, members);
  }
  return [...groups].map(([metric, members]) => ({ metric, members }));
}

/** Their samples, with the class as the label `class`; where `action="all"` stands beside the actions it counts every request once more, and only it is read. Undefined where one is malformed. */
export function classSamples({ members }: ClassSeries): readonly Sample[] | undefined {
  const samples: Sample[] = [];
  for (const { series, status } of members) {
    const read = samplesOf(series);
    if (read === undefined) return undefined;
    samples.push(...read.map(({ name, labels, value }) => ({ name, labels: new Map([...labels, ['class', status]]), value })));
  }
  const totals = samples.filter(({ labels }) => labels.get('action') === 'all');
  return totals.length > 0 ? totals : samples;
}
