import type { LiveVersion, Payloads, Reason, StableRef } from '../events';

/** Maximum number of paths in a text; the inspection has more. */
const SHOWN = 3;

type Inspected = Pick<Payloads['TargetInspected'], 'live' | 'unstartable'>;

/**
 * The reason of a plan, with what runs if that is not the recorded stable version. `adopted`: it became the version to
 * roll back to; null: the plan rolls back to `stable`, if there is one.
 */
export function withLiveVersion(
  why: Reason, { live, unstartable = [] }: Inspected, adopted: StableRef | null, stable: StableRef | null,
): Reason {
  const missing = unstartable.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  if (!live || live.matches) return missing === '' || stable ? why : withoutStable(why, missing);
  const { release, image, stable: recorded, differences } = live;
  const evidence = {
    ...why.evidence, runs: image, runsRelease: release, recorded, differences: differences.join(', '), ...(missing !== '' && { missing }),
  };
  return { ...why, text: `${why.text}; ${sentence(live, adopted, missing)}`, evidence };
}

function sentence({ release, image, stable, differences, unfinished }: LiveVersion, adopted: StableRef | null, missing: string): string {
  if (unfinished) return `${image} still runs, because the rollback of release ${release} is not finished`;
  const more = differences.length > SHOWN ? `, and ${differences.length - SHOWN} more` : '';
  const changed = differences.length > 0 ? ` (${differences.slice(0, SHOWN).join(', ')}${more})` : '';
  const found = `another client changed the workload${changed}: ${image} runs, and not ${stable}`;
  if (adopted) return `${found}. A rollback restores ${adopted.imageTag}, which is not judged`;
  return missing === ''
    ? `${found}. A rollback restores ${stable} (onDrift: overwrite)`
    : `${found}. Its pods cannot start without ${missing}, so a rollback restores ${stable}`;
}

const withoutStable = (why: Reason, missing: string): Reason => ({
  ...why,
  text: `${why.text}; the pods of the running Deployment cannot start without ${missing}, so it is no version to roll back to`,
  evidence: { ...why.evidence, missing },
});
