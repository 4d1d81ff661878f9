import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { isEnded, releaseHistoryOf, stateAt, type ReleaseHistory, type State } from '@alloy/release';

const FOLDER = join(__dirname, 'histories');

/** A recorded log in the format of `alloy events export`. It is never edited or removed. */
export interface Golden {
  readonly name: string;
  readonly events: readonly StoredEvent[];
}

export const goldens = (): readonly Golden[] =>
  readdirSync(FOLDER)
    .sort()
    .map((file) => ({
      name: file.replace('.ndjson', ''),
      events: linesOf(join(FOLDER, file)).map((line) => JSON.parse(line) as StoredEvent),
    }));

const linesOf = (path: string): readonly string[] => readFileSync(path, 'utf8').split('\n').filter(Boolean);

/** The releases of a log, in the order of their first events. */
export function releasesOf({ events }: Golden): readonly ReleaseHistory[] {
  const ids = [...new Set(events.map(({ stream }) => stream))].filter((stream) => releaseIdOf(stream) !== undefined);
  return ids.map((stream) => releaseHistoryOf(events.filter((event) => event.stream === stream)));
}

/** The outcome of a release in one line, which does not change when the state gets new fields. */
export function outcomeOf(history: ReleaseHistory): string {
  const state = stateAt(history, { version: Infinity });
  if (state.status === 'none') return 'none';
  const planned =
    'plan' in state
      ? [
          `${state.plan.strategy}, ${state.done} of ${state.plan.steps.length} steps`,
          `weight ${state.weights.asked}/${state.weights.reached ?? '-'}`,
          ...state.verdicts.map(({ step, verdict, code }) => `${step} ${verdict} ${code}`),
        ]
      : [];
  return [`v${state.version} ${state.request.imageTag} ${state.status}${whyOf(state)}`, ...planned].join('; ');
}

const whyOf = (state: State): string => (isEnded(state) ? ` ${state.reason.code}` : '');
