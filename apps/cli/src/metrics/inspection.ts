import type { NotRead, RequestsReading } from '@alloy/analysis';
import type { View } from '../output/output';
import { printable } from '../output/printable';
import { table } from '../output/table';
import { colors } from '../output/colors';

/** Output of `alloy metrics inspect`; all keys are always present. */
export interface Inspection {
  /** Source of the page. */
  readonly source: string;
  readonly result: RequestsReading['kind'];
  /** Null if the page counts no requests. */
  readonly requests: number | null;
  readonly errors: number | null;
  /** The series that was read. */
  readonly metric: string | null;
  readonly statusLabel: string | null;
  /** The row of the table of conventions. */
  readonly row: string | null;
  /** Number of summed samples. */
  readonly samples: number | null;
  /** Seconds since 1970, from the page. */
  readonly processStartTime: number | null;
  /** Why it is not a metrics page. */
  readonly why: string | null;
  readonly notRead: readonly NotRead[];
}

const NOTHING = {
  requests: null, errors: null, metric: null, statusLabel: null, row: null, samples: null, processStartTime: null,
  why: null,
  notRead: [],
};

export function inspectionOf(source: string, reading: RequestsReading): Inspection {
  const { kind, ...read } = reading;
  return { source, result: kind, ...NOTHING, ...read };
}

export const inspectionView: View<Inspection> = {
  name: ({ metric }) => metric ?? 'none',
  columns: [
    { head: 'SOURCE', cell: ({ source }) => source },
    { head: 'REQUESTS', cell: ({ requests }) => String(requests ?? '') },
    { head: 'ERRORS', cell: ({ errors }) => String(errors ?? '') },
    { head: 'SERIES', cell: ({ metric }) => metric ?? '' },
    { head: 'ROW', cell: ({ row }) => row ?? '' },
    { head: 'STATUS LABEL', cell: ({ statusLabel }) => statusLabel ?? '', isWide: true },
    { head: 'SAMPLES', cell: ({ samples }) => String(samples ?? ''), isWide: true },
  ],
};

/** Lines for users: the series that was read, then the others. */
export function inspectionLines({ result, requests, errors, metric, statusLabel, row, samples, notRead }: Inspection): readonly string[] {
  if (result === 'unreadable') return [];
  const others =
    notRead.length === 0
      ? []
      : [
          '',
          ...table(
            notRead,
            [
              { head: 'NOT READ', cell: (one) => one.metric },
              { head: 'WHY', cell: ({ why }) => why },
            ],
            { isWide: false, color: colors(false) },
          ),
        ];
  if (result === 'noSeries') return ['no series of this page counts requests: `analysis.requests` of the policy can name one', ...others];
  return [
    `requests   ${requests}`,
    `errors     ${errors}`,
    `series     ${printable(metric!)}, status in ${printable(statusLabel!)}, samples: ${samples}`,
    `row        ${row}`,
    ...others,
  ];
}
