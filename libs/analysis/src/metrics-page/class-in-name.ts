import type { Sample } from '../prometheus';
import { samplesOf, type MetricsPage, type Series } from './page';

/**
 * Series whose names differ only in a status class, such as `shop_2xx_responses_total` and `shop_5xx_responses_total`.
 */
export interface ClassSeries {
  /** Their common name, with `Nxx` for the class. */
  readonly metric: string;
  readonly members: ReadonlyArray<{ readonly series: Series; readonly status: string }>;
}

const CLASS = /_([1-5]xx)(_responses?|_requests?)(?=_|$)/i;

/**
 * Groups counters with a status class in their name, as written by Dropwizard and Jetty (meters) and Symfony's bundle.
 */
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

/**
 * Their samples, with the class as label `class`; if `action="all"` exists beside other actions, it repeats their sum,
 * and only it is read. Undefined if a sample is malformed.
 */
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
