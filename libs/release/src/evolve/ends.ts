import type { EventOf } from '../events';
import { isRunning, isUnplanned } from '../guards';
import type { Recorded, State } from '../state';

type End =
  | 'ReleaseRejected' | 'ReleaseSuperseded' | 'ReleaseAborted' | 'ReleasePromoted' | 'ReleaseRolledBack' | 'ReleaseHandedBack'
  | 'ReleaseFailed' | 'ReleaseStuck';

export const releaseRejected = (state: State, event: Recorded<EventOf<'ReleaseRejected'>>): State =>
  isUnplanned(state) ? { ...state, status: 'rejected', ...ended(event) } : state;

export const releaseSuperseded = (state: State, event: Recorded<EventOf<'ReleaseSuperseded'>>): State =>
  isUnplanned(state) ? { ...state, status: 'superseded', ...ended(event) } : state;

export const releaseAborted = (state: State, event: Recorded<EventOf<'ReleaseAborted'>>): State =>
  isUnplanned(state)
    ? { ...state, status: 'aborted', ...ended(event), intents: state.intents.filter(({ type }) => type !== 'AbortRequested') }
    : state;

export const releasePromoted = (state: State, event: Recorded<EventOf<'ReleasePromoted'>>): State =>
  state.status === 'promoting' || state.status === 'baking' || state.status === 'queued'
    ? { ...state, status: 'promoted', ...ended(event) }
    : state;

export const releaseRolledBack = (state: State, event: Recorded<EventOf<'ReleaseRolledBack'>>): State =>
  isRunning(state) || state.status === 'stuck' ? { ...state, status: 'rolledBack', ...ended(event) } : state;

export const releaseHandedBack = (state: State, event: Recorded<EventOf<'ReleaseHandedBack'>>): State =>
  state.status === 'releasing' ? { ...state, status: 'handedBack', ...ended(event) } : state;

export const releaseFailed = (state: State, event: Recorded<EventOf<'ReleaseFailed'>>): State =>
  isRunning(state) || state.status === 'gated' || state.status === 'stuck'
    ? { ...state, status: 'failed', ...ended(event), intents: afterFailure(state, event) }
    : state;

/** An abort ends a workload that is being handed back at once. */
const afterFailure = ({ status, intents }: Intended, { data: { reason } }: Recorded<EventOf<'ReleaseFailed'>>): Intended['intents'] =>
  status === 'releasing' && reason.code === 'aborted' ? intents.filter(({ type }) => type !== 'AbortRequested') : intents;
type Intended = Exclude<State, { status: 'none' }>;

export const releaseStuck = (state: State, event: Recorded<EventOf<'ReleaseStuck'>>): State =>
  state.status === 'rollingBack' ? { ...state, status: 'stuck', ...ended(event) } : state;

const ended = (event: Recorded<EventOf<End>>) => ({ endedAt: event.occurredAt, reason: event.data.reason });
