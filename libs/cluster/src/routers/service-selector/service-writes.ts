import type { KubeObject } from '@alloy/contracts';
import { isManifestOfAlloy, managedFieldsOf, ROUTE_MANAGER, union, type Fields, type ManagedFields } from '../../managed-fields';
import { refOf, versionOf, write, type NextWrite } from '../../write';
import type { Fence } from '../../fence';
import { SWITCH_ANNOTATION, switchMarkText, type SwitchMark } from './mark';
import { replacing, selectorIn, type Selector } from './selectors';

interface NewSelector {
  readonly selector: Selector;
  /** Whether pods must be ready for it. */
  readonly needsPods?: true;
}

/** One write of the mark, and of the selector if it changes; everything else of the Service stays as it was read. */
export function markService(service: KubeObject, fence: Fence, mark: Omit<SwitchMark, 'fence'>, to?: NewSelector): NextWrite {
  return write({
    verb: 'select', ref: refOf(service), resourceVersion: versionOf(service),
    annotations: { [SWITCH_ANNOTATION]: switchMarkText(fence, mark) },
    ...(to && { selector: replacing(selectorIn(service), to.selector) }),
    ...(to?.needsPods && { needsPods: true as const }),
  });
}

/** Removes the mark, and the ownership of the selector, which would make the next apply of its owner a conflict. */
export const unmarkService = (service: KubeObject): NextWrite =>
  write({
    verb: 'handBack', ref: refOf(service), resourceVersion: versionOf(service), labels: [], annotations: [SWITCH_ANNOTATION],
    managedFields: withoutRouteManager(service),
  });

/** Alloy owns the selector again if it has written the manifest; another tool claims it with its next apply. */
function withoutRouteManager(service: KubeObject): readonly ManagedFields[] {
  const entries = managedFieldsOf(service);
  const selector = entries.find(({ manager }) => manager === ROUTE_MANAGER)?.fieldsV1?.['f:spec']?.['f:selector'];
  const kept = entries.filter(({ manager }) => manager !== ROUTE_MANAGER);
  const own = kept.find(isManifestOfAlloy);
  if (!own || selector === undefined) return kept;
  const fields: Fields = { 'f:spec': { 'f:selector': selector } };
  return kept.map((entry) => (entry === own ? { ...entry, fieldsV1: union(entry.fieldsV1 ?? {}, fields) } : entry));
}
