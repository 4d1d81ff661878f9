import type { Deployment, PodTemplate } from '../json';
import { isManifestOfAlloy, managedFieldsOf } from '../managed-fields';
import { foreignTemplateWrites } from './foreign-template-writes';
import { templatePaths } from './template-differences';

/** `kubectl rollout restart` sets it: the same version runs. */
export const RESTARTED_AT = 'spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt';

/**
 * The paths of the fields that other clients have added to the pod template since Alloy last wrote the Deployment, and
 * that `sealed` has not. Times are whole seconds: of a write in the same second as Alloy's last one, the fields that
 * Alloy does not own were added after it, because Alloy's apply takes over the whole template.
 */
export function foreignAdditions(live: Deployment, sealed: PodTemplate): readonly string[] {
  const known = templatePaths(sealed);
  const since = lastWrite(live);
  return foreignTemplateWrites(live)
    .filter(({ time }) => Date.parse(time) >= since)
    .flatMap(({ paths }) => paths)
    .filter((path) => path !== RESTARTED_AT && !known.has(path));
}

/** When Alloy last wrote the object, by the clock of the API server, ms since 1970; 0: never. */
function lastWrite(live: Deployment): number {
  const own = managedFieldsOf(live).filter(isManifestOfAlloy);
  return own.reduce((last, { time }) => Math.max(last, time === undefined ? 0 : Date.parse(time)), 0);
}
