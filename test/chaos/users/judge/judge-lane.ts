import type { Step } from '../../../observer/revision';
import type { Broken } from '../../judge/broken';
import type { Act } from '../act';
import type { Done } from '../user';
import type { FinishedRound } from '../user-run';
import { judgeRound } from './judge-round';

/** All checks of the releases of a project, in their order, with their events at the end of the run. */
export const judgeLane = (rounds: readonly FinishedRound[], steps: readonly Step[]): readonly Broken[] => [
  ...rounds.flatMap((round, index) => judgeRound(round, steps, rounds.slice(0, index))),
  ...rounds.flatMap((round, index) => inventedChanges(round, rounds.slice(index + 1))),
];

/** Acts that change which template runs. */
const CHANGING: ReadonlySet<Act> = new Set<Act>(['undo', 'setEnv', 'setImage', 'deleteDeployment', 'rename']);

/** P31: the watcher records a change between releases only after a user has made one. */
export const inventedChanges = (round: FinishedRound, later: readonly FinishedRound[]): readonly Broken[] =>
  round.events
    .filter(({ type, occurredAt }) => type === 'StableDrifted' && !hasChanged([round], later, Date.parse(occurredAt)))
    .map(({ data }) => ({
      promise: 'P31' as const, project: round.project, release: round.id,
      text: `${round.tag}: the watcher recorded a change that no user made (${JSON.stringify(data)})`,
    }));

/** Whether a user has begun such an act before that time: during the release, or before or during a later one. */
function hasChanged(own: readonly FinishedRound[], later: readonly FinishedRound[], ms: number): boolean {
  const during = [...own, ...later].map(({ during: one, doneDuring }) => [one?.act, doneDuring] as const);
  const before = later.map(({ before: act, doneBefore }) => [act, doneBefore] as const);
  // A renamed Deployment gets its name back right before the next release.
  return [...during, ...before].some(([act, done]: readonly [Act | undefined, Done | undefined]) =>
    act !== undefined && CHANGING.has(act) && done?.isDone === true && done.from <= ms);
}
