import type { Deployment } from '../json';
import { isManifestOfAlloy, managedFieldsOf } from '../managed-fields';
import { fieldPaths } from './field-paths';
import { foreignWritesOf, type ForeignWrite } from './foreign-writes';

const TEMPLATE = 'spec.template.';

/**
 * What other clients have written into the pod template, oldest first, without the fields that Alloy has applied too.
 * Each apply of Alloy takes over the whole template, so these are writes after its last one, also in the same second.
 */
export function foreignTemplateWrites(live: Deployment): readonly ForeignWrite[] {
  const own = new Set(
    managedFieldsOf(live).filter(isManifestOfAlloy).flatMap(({ fieldsV1 }) => fieldPaths(fieldsV1?.['f:spec'] ?? {}, 'spec')),
  );
  return foreignWritesOf(live)
    .map((write) => ({ ...write, paths: write.paths.filter((path) => path.startsWith(TEMPLATE) && !own.has(path)) }))
    .filter(({ paths }) => paths.length > 0)
    .sort((a, b) => a.time.localeCompare(b.time));
}
