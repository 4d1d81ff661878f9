import type { HistoryCheck, State } from '@alloy/release';
import type { View } from '../output/output';
import { whoOf } from './event-lines';
import type { ReplayedMoment } from './replay-lines';

/** The events of a release; `-o name` prints their versions, as `--at` takes them. */
export const momentView: View<ReplayedMoment> = {
  name: ({ version }) => String(version),
  columns: [
    { head: 'VERSION', cell: ({ version }) => String(version) },
    { head: 'AFTER', cell: ({ seconds }) => `${seconds.toFixed(1)}s` },
    { head: 'EVENT', cell: ({ type }) => type },
    { head: 'WHO', cell: whoOf },
    { head: 'STATUS', cell: ({ status }) => status },
    { head: 'REASON', cell: ({ reason }) => reason?.code ?? '' },
    { head: 'WHAT', cell: ({ what }) => what },
  ],
};

/** The state of a release at a moment. */
export const stateView: View<State> = {
  name: ({ status }) => status,
  columns: [
    { head: 'STATUS', cell: ({ status }) => status },
    { head: 'VERSION', cell: (state) => (state.status === 'none' ? '' : String(state.version)) },
    { head: 'SINCE', cell: (state) => (state.status === 'none' ? '' : state.updatedAt) },
  ],
};

/** Results of deciding releases again. */
export const checkView: View<HistoryCheck & { readonly release: string }> = {
  name: ({ release }) => release,
  columns: [
    { head: 'RELEASE', cell: ({ release }) => release },
    { head: 'DECISIONS', cell: ({ decisions }) => String(decisions) },
    { head: 'DIFFERENT', cell: ({ deviations }) => String(deviations.length) },
    { head: 'LATE', cell: ({ late }) => String(late.length) },
  ],
};
