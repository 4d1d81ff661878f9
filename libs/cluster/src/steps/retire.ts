import type { DesiredOf } from '../desired';
import { readyOf, type Live } from '../live';
import { routerNamed } from '../routers/registry';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { strategyOf, type DeploymentStrategy, type Revision } from '../revision';
import { awaitFollowers } from './await-followers';
import { applyOver, applyShared, createAbsent, migrate, remove, deleteUnusedCopies } from './ensure';
import { objectsOf } from './objects-of';
import { removeBaseline } from './remove-baseline';
import { prune, pruned } from './prune';

/**
 * Applies the shared objects, waits for the followers among them, restores the strategy of the manifest, and deletes
 * the canary, the copies of earlier releases, and what the version no longer has. In an emergency it does not wait, and
 * the safe strategy stays while pods are still being replaced: the strategy of the manifest may take ready pods away.
 */
export function retire(desired: DesiredOf<'retire'>, live: Live): NextWrite {
  const { revision, shared, owner } = desired;
  return (
    firstOf(
      () => createAbsent(live, shared),
      () => applyShared(desired, live, shared),
      () => (desired.waits ? awaitFollowers(desired, live, shared) : undefined),
      () => (desired.waits || isReplaced(revision, live) ? restoreStrategy(revision, live) : undefined),
      () => routerNamed(desired.router).limit(desired, live, 0),
      () => removeCanary(desired, live, revision.release),
      () => removeBaseline(desired, live),
      () => deleteUnusedCopies(desired, live, desired.keepCopies),
      // Last, when the release can hardly fail any more.
      () => prune(desired, live),
    ) ??
    done({
      type: 'ManifestsApplied',
      data: {
        objects: [
          ...objectsOf(
            owner,
            shared.map(({ object }) => object),
            live,
          ),
          ...deletedCanary(desired),
        ],
        ...pruned(desired, live),
      },
    })
  );
}

/** Whether every pod of the workload is of the version and ready. */
const isReplaced = ({ release }: Revision, { web }: Live): boolean =>
  web !== null && readyOf(web, release) >= web.replicas && web.byRelease.every((count) => count.release === release);

const deletedCanary = ({ hadCanary, canary }: DesiredOf<'retire'>) =>
  hadCanary ? [{ kind: 'Deployment', name: canary, action: 'deleted' as const }] : [];

/** Deletes the canary as soon as enough pods of the version are ready according to the same live read. */
export function removeCanary(desired: DesiredOf<'retire' | 'rollback'>, live: Live, release: string | null): NextWrite | undefined {
  if (!live.canary) return undefined;
  return readyOf(live.web, release) >= desired.replicas ? remove(desired, live.canary.object) : waitFor('stable_ready');
}

/** Restores the strategy of the manifest, in place of the safe one that was used during the release. */
export function restoreStrategy(revision: Revision, live: Live): NextWrite | undefined {
  if (!live.web || isStrategy(live.web.object.spec.strategy ?? {}, strategyOf(revision.asked))) return undefined;
  return migrate(live.web.object) ?? applyOver(revision.asked, live.web.object);
}

function isStrategy(found: DeploymentStrategy, asked: DeploymentStrategy): boolean {
  const { maxSurge, maxUnavailable } = asked.rollingUpdate ?? {};
  const rolling = found.rollingUpdate ?? {};
  return (found.type ?? 'RollingUpdate') === asked.type && same(rolling.maxSurge, maxSurge) && same(rolling.maxUnavailable, maxUnavailable);
}

const same = (found: number | string | undefined, asked: number | string | undefined): boolean =>
  asked === undefined || String(found) === String(asked);
