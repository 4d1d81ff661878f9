import type { Deployment, PodTemplate } from '../json';
import { isManifestOfAlloy, managedFieldsOf } from '../managed-fields';
import { foreignWrites } from './foreign-writes';
import { templatePaths } from './template-differences';

/** `kubectl rollout restart` sets it: the same version runs. */
const RESTARTED_AT = 'spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt';
const TEMPLATE = 'spec.template.';

/**
 * The paths of the fields that other clients have added to the pod template since Alloy last wrote the Deployment, and
 * that `sealed` has not. Fields that they had added before are part of what Alloy promoted.
 */
export function foreignAdditions(live: Deployment, sealed: PodTemplate): readonly string[] {
  const known = templatePaths(sealed);
  return foreignWrites(live, lastWrite(live))
    .flatMap(({ paths }) => paths)
    .filter((path) => path.startsWith(TEMPLATE) && path !== RESTARTED_AT && !known.has(path));
}

/** When Alloy last wrote the object, by the clock of the API server; the beginning of time: never. */
function lastWrite(live: Deployment): string {
  const own = managedFieldsOf(live).filter(isManifestOfAlloy);
  return own.reduce((last, { time = '' }) => (time > last ? time : last), new Date(0).toISOString());
}
