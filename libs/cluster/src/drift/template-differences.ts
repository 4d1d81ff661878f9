import { PROJECT_LABEL, quantityOf, RELEASE_LABEL, TRACK_LABEL } from '@alloy/contracts';
import type { PodTemplate } from '../json';
import { elementKey } from './list-keys';

/** Labels that say which release runs, and not what runs. */
const OWN: ReadonlySet<string> = new Set(
  [PROJECT_LABEL, RELEASE_LABEL, TRACK_LABEL].map((label) => `spec.template.metadata.labels.${label}`),
);

/** Where a value is: its path, the name of its field, and that of the field around it. */
interface Place {
  readonly path: string;
  readonly field: string;
  readonly parent: string;
}

/**
 * The paths of the fields that `sealed` has and `live` has not, or has with another value. A field that only `live` has
 * is a default of the API server, or was added by another client (see `foreignAdditions`). The labels of Alloy do not
 * count.
 */
export const templateDifferences = (sealed: PodTemplate, live: PodTemplate): readonly string[] =>
  differences(sealed, live, { path: 'spec.template', field: 'template', parent: 'spec' }).filter((path) => !OWN.has(path));

/** The paths of all fields of the template, with those of its objects and keyed elements. */
export const templatePaths = (template: PodTemplate): ReadonlySet<string> =>
  new Set(pathsOf(template, { path: 'spec.template', field: 'template', parent: 'spec' }));

function differences(sealed: unknown, live: unknown, place: Place): readonly string[] {
  if (isNothing(sealed) && (live === undefined || live === null)) return [];
  if (Array.isArray(sealed)) return ofList(sealed, live, place);
  if (!isObject(sealed)) return isSame(sealed, live, place) ? [] : [place.path];
  if (!isObject(live)) return [place.path];
  return Object.keys(sealed).flatMap((field) => differences(sealed[field], live[field], member(place, field)));
}

function ofList(sealed: readonly unknown[], live: unknown, place: Place): readonly string[] {
  if (!Array.isArray(live)) return [place.path];
  const isKeyed = sealed.every((element) => elementKey(place.field, element) !== undefined);
  if (!isKeyed) {
    const isEqual = sealed.length === live.length && sealed.every((one, i) => differences(one, live[i], place).length === 0);
    return isEqual ? [] : [place.path];
  }
  const byKey = new Map(live.map((element) => [elementKey(place.field, element), element]));
  return sealed.flatMap((one) => {
    const key = elementKey(place.field, one)!;
    const found = byKey.get(key);
    const at = element(place, key);
    return found === undefined ? [at.path] : differences(one, found, at);
  });
}

function pathsOf(value: unknown, place: Place): readonly string[] {
  if (isObject(value)) return [place.path, ...Object.keys(value).flatMap((field) => pathsOf(value[field], member(place, field)))];
  if (!Array.isArray(value)) return [place.path];
  const elements = value.flatMap((one) => {
    const key = elementKey(place.field, one);
    return key === undefined ? [] : pathsOf(one, element(place, key));
  });
  return [place.path, ...elements];
}

const member = ({ path, field }: Place, name: string): Place => ({ path: `${path}.${name}`, field: name, parent: field });
const element = ({ path, field }: Place, key: string): Place => ({ path: `${path}[${key}]`, field: '', parent: field });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether the API server may leave the value out, because it means the same as no value. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.values(value).every(isNothing);
}

const QUANTITIES: ReadonlySet<string> = new Set(['limits', 'requests', 'overhead']);
const isQuantity = ({ field, parent }: Place): boolean => QUANTITIES.has(parent) || field === 'sizeLimit' || field === 'divisor';

function isSame(sealed: unknown, live: unknown, place: Place): boolean {
  if (isNothing(sealed) && isNothing(live)) return true;
  return String(sealed) === String(live) || (isQuantity(place) && quantityOf(sealed) === quantityOf(live));
}
