import type { ClusterError } from '../../errors';
import type { PlannedWrite } from './planned-writes';

/**
 * One sentence with the object and the API server's message, e.g. `Deployment web:
 * spec.template.spec.containers[0].readinesProbe: field not declared in schema`.
 */
export function explainRefusal({ object, live }: PlannedWrite, { code, message, details }: ClusterError): string {
  const prefix = details.ref === undefined ? '' : `${details.ref}: `;
  const bare = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  const text = indexedPaths(bare.replace(/^\d+ (?:failed to create typed patch object(?: \([^)]*\))?: )?/, ''), object);
  return `${object.kind} ${object.metadata.name}: ${text}${code === 'invalid' && live?.['immutable'] === true ? whatToDo(object.kind) : ''}`;
}

const whatToDo = (kind: string): string =>
  `. The ${kind} in the cluster is immutable: give the changed one another name, or delete the old one, and release again`;

const PATH = /(?<=^|\s)(?:\.[\w-]+(?:\[[^\]]*\])*)+/g;
const STEP = /\.[\w-]+|\[[^\]]*\]/g;

/** Server-side apply names list items by their keys, `.containers[name="web"]`; a manifest's reader counts them. */
function indexedPaths(text: string, object: unknown): string {
  return text.replace(PATH, (path) => {
    let value: unknown = object;
    const steps = (path.match(STEP) ?? []).map((step) => {
      const index = Array.isArray(value) && step.startsWith('[') ? value.findIndex((item) => hasKeys(item, step)) : -1;
      value = index >= 0 ? (value as readonly unknown[])[index] : (value as Record<string, unknown> | undefined)?.[step.slice(1)];
      return index >= 0 ? `[${index}]` : step;
    });
    return steps.join('').slice(1);
  });
}

/** A key that the item omits has its default. */
function hasKeys(item: unknown, step: string): boolean {
  const keys = [...step.matchAll(/(\w+)=("(?:\\.|[^"\\])*"|[^,\]]+)/g)];
  return keys.every(([, key = '', value = '']) => {
    const found = (item as Record<string, unknown> | null)?.[key];
    return found === undefined || JSON.stringify(found) === value;
  });
}
