import { podTemplate, templatePath } from '@alloy/contracts';
import { at, invalid, type Finding } from './finding';
import { isRecord, listOf, recordOf, typeName } from './strings';

interface Typed extends Readonly<Record<string, unknown>> {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Checks fields where Kubernetes requires a string and YAML may have parsed another type. */
export function checkStrings(object: Typed, pointer: string): Finding[] {
  const metadata = recordOf(object['metadata']);
  const here = (...steps: readonly (string | number)[]) => at(pointer, ...steps);
  const data = object['kind'] === 'ConfigMap' || object['kind'] === 'Secret' ? ['data', 'stringData', 'binaryData'] : [];
  return [
    ...['name', 'namespace'].flatMap((key) => wantString(metadata[key], here('metadata', key))),
    ...stringMaps(metadata, here('metadata'), ['labels', 'annotations']),
    ...stringMaps(object, pointer, data),
    ...checkSelector(object, pointer),
    ...checkTemplate(object, pointer),
    ...(object['kind'] === 'Service' ? stringMaps(recordOf(object['spec']), here('spec'), ['selector']) : []),
  ];
}

/** The selector of a workload. */
const checkSelector = (object: Typed, pointer: string): Finding[] =>
  templatePath(object) ? stringMaps(recordOf(recordOf(object['spec'])['selector']), at(pointer, 'spec', 'selector'), ['matchLabels']) : [];

function checkTemplate(object: Typed, pointer: string): Finding[] {
  const template = podTemplate(object);
  if (!template) return [];
  const here = at(pointer, ...templatePath(object)!);
  const pod = recordOf(template['spec']);
  return [
    ...stringMaps(recordOf(template['metadata']), at(here, 'metadata'), ['labels', 'annotations']),
    ...['containers', 'initContainers'].flatMap((key) =>
      listOf(pod[key]).flatMap((container, i) => checkContainer(container, at(here, 'spec', key, i))),
    ),
  ];
}

function checkContainer(container: unknown, pointer: string): Finding[] {
  if (!isRecord(container)) return [invalid('wrong_type', pointer, `A container must be a mapping, but this is ${typeName(container)}.`)];
  return [
    ...['name', 'image'].flatMap((key) => wantString(container[key], at(pointer, key))),
    ...['command', 'args'].flatMap((key) => listOf(container[key]).flatMap((item, i) => wantString(item, at(pointer, key, i)))),
    ...listOf(container['env']).flatMap((variable, i) =>
      ['name', 'value'].flatMap((key) => wantString(recordOf(variable)[key], at(pointer, 'env', i, key))),
    ),
  ];
}

function stringMaps(parent: Readonly<Record<string, unknown>>, pointer: string, keys: readonly string[]): Finding[] {
  return keys.flatMap((key) => {
    const map = parent[key];
    if (map === undefined || map === null) return [];
    if (!isRecord(map))
      return [invalid('wrong_type', at(pointer, key), `A mapping of strings is required here, but this is ${typeName(map)}.`)];
    return Object.entries(map).flatMap(([name, value]) =>
      value === null ? [needsQuotes(value, at(pointer, key, name))] : wantString(value, at(pointer, key, name)),
    );
  });
}

const wantString = (value: unknown, pointer: string): Finding[] =>
  value === undefined || value === null || typeof value === 'string' ? [] : [needsQuotes(value, pointer)];

const needsQuotes = (value: unknown, pointer: string): Finding => {
  const advice = typeof value === 'object' && value !== null ? '' : ': put it in quotes';
  return invalid('wrong_type', pointer, `A string is required here, but YAML parses ${typeName(value)}${advice}.`);
};
