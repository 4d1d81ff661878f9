import type { PlaygroundObject } from '../../objects';
import { badRequest } from '../status';

const everywhere = ['metadata.name', 'metadata.namespace'];
const byKind: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork',
    'status.phase', 'status.podIP', 'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid',
    'involvedObject.apiVersion', 'involvedObject.resourceVersion', 'involvedObject.fieldPath', 'reason',
    'reportingComponent', 'source', 'type',
  ],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  Secret: ['type'],
  ReplicaSet: ['status.replicas'],
  Job: ['status.successful'],
  Service: ['spec.clusterIP', 'spec.type'],
};

/** Compiles `a.b=c,d.e!=f` for one kind; 400 for a field that the real server does not select by. */
export function parseFieldSelector(text: string, kind: string): (object: PlaygroundObject) => boolean {
  const terms = splitTerms(text).map((term) => {
    const match = /^([^=!]+?)(==|!=|=)(.*)$/.exec(term);
    if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    const [, field = '', operator, value = ''] = match;
    if (!everywhere.includes(field) && !(byKind[kind] ?? []).includes(field)) throw badRequest(`field label not supported: ${field}`);
    return { path: pathOf(kind, field), equal: operator !== '!=', value: value.replace(/\\([\\,=])/g, '$1') };
  });
  return (object) => terms.every(({ path, equal, value }) => (textAt(object, path) === value) === equal);
}

const splitTerms = (text: string): string[] => text.split(/(?<!\\),/).filter((term) => term !== '');

function pathOf(kind: string, field: string): string[] {
  if (kind === 'Event' && field === 'source') return ['source', 'component'];
  return field.split('.');
}

function textAt(object: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    object,
  );
  return value === undefined || value === null ? '' : String(value);
}
