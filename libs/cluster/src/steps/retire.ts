import type { DesiredOf } from '../desired';
import { readyOf, type Live } from '../live';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { strategyOf, type DeploymentStrategy, type Revision } from '../revision';
import { applyOver, applyShared, createAbsent, migrate, remove, deleteUnusedCopies } from './ensure';
import { objectsOf } from './objects-of';

/** Shared objects change under their own names, the asked strategy comes back, the canary and what earlier releases left go. */
export function retire(desired: DesiredOf<'retire'>, live: Live): NextWrite {
  const { revision, shared, owner } = desired;
  return (
    firstOf(
      () => createAbsent(live, shared),
      () => applyShared(desired, live, shared),
      () => restoreStrategy(revision, live),
      () => removeCanary(desired, live, revision.release),
      () => deleteUnusedCopies(desired, live, desired.keepCopies),
    ) ?? done({ type: 'ManifestsApplied', data: { objects: [...objectsOf(owner, shared.map(({ object }) => object), live), ...away(desired)] } })
  );
}

const away = ({ hadCanary, canary }: DesiredOf<'retire'>) => (hadCanary ? [{ kind: 'Deployment', name: canary, action: 'deleted' as const }] : []);

/** The canary goes once N pods of the version are ready by this very read. */
export function removeCanary(desired: DesiredOf<'retire' | 'rollback'>, live: Live, release: string | null): NextWrite | undefined {
  if (!live.canary) return undefined;
  return readyOf(live.web, release) >= desired.replicas ? remove(desired, live.canary.object) : waitFor('stable_ready');
}

/** While the release ran, no pod of `web` was given up before another was ready. */
export function restoreStrategy(revision: Revision, live: Live): NextWrite | undefined {
  if (!live.web || isStrategy(live.web.object.spec.strategy ?? {}, strategyOf(revision.asked))) return undefined;
  return migrate(live.web.object) ?? applyOver(revision.asked, live.web.object);
}

function isStrategy(found: DeploymentStrategy, asked: DeploymentStrategy): boolean {
  const { maxSurge, maxUnavailable } = asked.rollingUpdate ?? {};
  const rolling = found.rollingUpdate ?? {};
  return (found.type ?? 'RollingUpdate') === asked.type && same(rolling.maxSurge, maxSurge) && same(rolling.maxUnavailable, maxUnavailable);
}

const same = (found: number | string | undefined, asked: number | string | undefined): boolean => asked === undefined || String(found) === String(asked);
