import type { LiveVersion, Reason, StableRef } from '../events';

/** Maximum number of paths in a text; the inspection has more. */
const SHOWN = 3;

/**
 * The reason of a plan, with what runs if that is not the recorded stable version. `adopted`: it became the version to
 * roll back to; null: the plan rolls back to the recorded version.
 */
export function withLiveVersion(why: Reason, live: LiveVersion | undefined, adopted: StableRef | null): Reason {
  if (!live || live.matches) return why;
  const { release, image, stable, differences } = live;
  const evidence = { ...why.evidence, runs: image, runsRelease: release, recorded: stable, differences: differences.join(', ') };
  return { ...why, text: `${why.text}; ${sentence(live, adopted)}`, evidence };
}

function sentence({ release, image, stable, differences, unfinished }: LiveVersion, adopted: StableRef | null): string {
  if (unfinished) return `${image} still runs, because the rollback of release ${release} is not finished`;
  const more = differences.length > SHOWN ? `, and ${differences.length - SHOWN} more` : '';
  const changed = differences.length > 0 ? ` (${differences.slice(0, SHOWN).join(', ')}${more})` : '';
  const found = `another client changed the workload${changed}: ${image} runs, and not ${stable}`;
  return adopted
    ? `${found}. A rollback restores ${adopted.imageTag}, which is not judged`
    : `${found}. A rollback restores ${stable} (onDrift: overwrite)`;
}
