import type { PlaygroundObject } from '../../objects';
import { arrayOrEmpty, at, objectOrEmpty } from '../json';
import { formatLabelSelector, type LabelSelectorObject } from '../selectors/label-selector';
import { age, humanDuration } from './age';
import { podCells } from './pod-cells';

/** A row's cells, in the order of the kind's columns. */
export function cellsOf(object: PlaygroundObject, now: Date): unknown[] {
  const { name, creationTimestamp } = object.metadata;
  const old = age(creationTimestamp, now);
  const count = (...path: string[]): number => Number(at(object, ...path) ?? 0);
  switch (object.kind) {
    case 'Deployment':
      return [
        name,
        `${count('status', 'readyReplicas')}/${count('spec', 'replicas')}`,
        count('status', 'updatedReplicas'),
        count('status', 'availableReplicas'),
        old,
        ...templateCells(object),
      ];
    case 'ReplicaSet':
      return [
        name,
        count('spec', 'replicas'),
        count('status', 'replicas'),
        count('status', 'readyReplicas'),
        old,
        ...templateCells(object),
      ];
    case 'Pod':
      return podCells(object, now);
    case 'Service':
      return [
        name,
        at(object, 'spec', 'type'),
        at(object, 'spec', 'clusterIP') ?? '<none>',
        externalIp(object),
        servicePorts(object),
        old,
        plainSelector(at(object, 'spec', 'selector')),
      ];
    case 'ConfigMap':
      return [name, keys(object['data']) + keys(object['binaryData']), old];
    case 'Secret':
      return [name, object['type'], keys(object['data']), old];
    case 'ServiceAccount':
      return [name, arrayOrEmpty(object['secrets']).length, old];
    case 'Namespace':
      return [name, at(object, 'status', 'phase') ?? 'Active', old];
    case 'Node':
      return nodeCells(object, old);
    case 'Event':
      return eventCells(object, now);
    case 'EndpointSlice':
      return [
        name,
        object['addressType'],
        list(
          arrayOrEmpty(object['ports']).map((port) => at(port, 'port') ?? '*'),
          3,
        ),
        list(
          arrayOrEmpty(object['endpoints']).flatMap((each) => arrayOrEmpty(at(each, 'addresses'))),
          3,
        ),
        old,
      ];
    case 'Job':
      return [
        name,
        jobStatus(object),
        `${count('status', 'succeeded')}/${count('spec', 'completions')}`,
        jobDuration(object, now),
        old,
        ...templateCells(object),
      ];
    case 'Ingress':
      return [
        name,
        at(object, 'spec', 'ingressClassName') ?? '<none>',
        hosts(object),
        arrayOrEmpty(at(object, 'status', 'loadBalancer', 'ingress'))
          .map((each) => at(each, 'ip') ?? at(each, 'hostname'))
          .join(','),
        at(object, 'spec', 'tls') === undefined ? '80' : '80, 443',
        old,
      ];
    case 'HorizontalPodAutoscaler':
      return [
        name,
        `${String(at(object, 'spec', 'scaleTargetRef', 'kind'))}/${String(at(object, 'spec', 'scaleTargetRef', 'name'))}`,
        targets(object),
        String(at(object, 'spec', 'minReplicas') ?? '<unset>'),
        String(at(object, 'spec', 'maxReplicas')),
        count('status', 'currentReplicas'),
        old,
      ];
    case 'PodDisruptionBudget':
      return [
        name,
        String(at(object, 'spec', 'minAvailable') ?? 'N/A'),
        String(at(object, 'spec', 'maxUnavailable') ?? 'N/A'),
        count('status', 'disruptionsAllowed'),
        old,
      ];
    default:
      return [name, old];
  }
}

const keys = (value: unknown): number => Object.keys(objectOrEmpty(value)).length;

function templateCells(object: PlaygroundObject): string[] {
  const containers = arrayOrEmpty(at(object, 'spec', 'template', 'spec', 'containers'));
  const selector = formatLabelSelector(at(object, 'spec', 'selector') as LabelSelectorObject | undefined);
  return [
    containers.map((each) => at(each, 'name')).join(','),
    containers.map((each) => at(each, 'image')).join(','),
    selector === '' ? '<none>' : selector,
  ];
}

const plainSelector = (selector: unknown): string =>
  Object.entries(objectOrEmpty(selector))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',') || '<none>';

function externalIp(service: PlaygroundObject): string {
  const given = arrayOrEmpty(at(service, 'spec', 'externalIPs'));
  if (at(service, 'spec', 'type') === 'ExternalName') return String(at(service, 'spec', 'externalName'));
  if (at(service, 'spec', 'type') !== 'LoadBalancer') return given.join(',') || '<none>';
  return (
    [
      ...arrayOrEmpty(at(service, 'status', 'loadBalancer', 'ingress')).map((each) => at(each, 'ip') ?? at(each, 'hostname')),
      ...given,
    ].join(',') || '<pending>'
  );
}

const servicePorts = (service: PlaygroundObject): string =>
  arrayOrEmpty(at(service, 'spec', 'ports'))
    .map(
      (port) =>
        `${String(at(port, 'port'))}${at(port, 'nodePort') ? `:${String(at(port, 'nodePort'))}` : ''}/${String(at(port, 'protocol'))}`,
    )
    .join(',') || '<none>';

function nodeCells(node: PlaygroundObject, old: string): unknown[] {
  const ready = arrayOrEmpty(at(node, 'status', 'conditions')).find((condition) => at(condition, 'type') === 'Ready');
  const address = (type: string): unknown =>
    at(
      arrayOrEmpty(at(node, 'status', 'addresses')).find((each) => at(each, 'type') === type),
      'address',
    ) ?? '<none>';
  const info = (key: string): unknown => at(node, 'status', 'nodeInfo', key) ?? '<unknown>';
  const roles = Object.keys(node.metadata.labels ?? {}).flatMap((label) => /^node-role\.kubernetes\.io\/(.+)$/.exec(label)?.[1] ?? []);
  const state = ready === undefined ? 'Unknown' : at(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  const status = at(node, 'spec', 'unschedulable') === true ? `${state},SchedulingDisabled` : state;
  return [
    node.metadata.name,
    status,
    roles.join(',') || '<none>',
    old,
    info('kubeletVersion'),
    address('InternalIP'),
    address('ExternalIP'),
    info('osImage'),
    info('kernelVersion'),
    info('containerRuntimeVersion'),
  ];
}

function eventCells(event: PlaygroundObject, now: Date): unknown[] {
  const last = event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp;
  const first = event['firstTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp;
  const count = Number(event['count'] ?? 1);
  const seen = count > 1 ? `${age(last, now)} (x${count} over ${age(first, now)})` : age(last, now);
  const about = `${String(at(event, 'involvedObject', 'kind') ?? '').toLowerCase()}/${String(at(event, 'involvedObject', 'name') ?? '')}`;
  const source = [at(event, 'source', 'component') ?? event['reportingComponent'], at(event, 'source', 'host')]
    .filter((each) => each !== undefined && each !== '')
    .join(', ');
  return [
    seen,
    event['type'],
    event['reason'],
    about,
    at(event, 'involvedObject', 'fieldPath') ?? '',
    source,
    String(event['message'] ?? '').trim(),
    age(first, now),
    count,
    event.metadata.name,
  ];
}

function list(items: readonly unknown[], most: number): string {
  if (items.length === 0) return '<none>';
  return items.length > most ? `${items.slice(0, most).join(',')} + ${items.length - most} more...` : items.join(',');
}

const hosts = (ingress: PlaygroundObject): string =>
  arrayOrEmpty(at(ingress, 'spec', 'rules'))
    .map((rule) => at(rule, 'host') ?? '*')
    .join(',') || '*';

function targets(hpa: PlaygroundObject): string {
  const current = arrayOrEmpty(at(hpa, 'status', 'currentMetrics'));
  return arrayOrEmpty(at(hpa, 'spec', 'metrics')).map((metric, index) => {
    const wanted = at(metric, 'resource', 'target', 'averageUtilization');
    const found = at(current[index], 'resource', 'current', 'averageUtilization');
    const now = found === undefined ? '<unknown>' : `${String(found)}%`;
    return `${String(at(metric, 'resource', 'name') ?? at(metric, 'type'))}: ${now}/${wanted === undefined ? '<auto>' : `${String(wanted)}%`}`;
  }).join(', ') || '<none>';
}

function jobStatus(job: PlaygroundObject): string {
  const met = arrayOrEmpty(at(job, 'status', 'conditions'))
    .filter((condition) => at(condition, 'status') === 'True')
    .map((condition) => at(condition, 'type'));
  if (met.includes('Complete')) return 'Complete';
  if (met.includes('Failed')) return 'Failed';
  return job.metadata.deletionTimestamp !== undefined ? 'Terminating' : met.includes('Suspended') ? 'Suspended' : 'Running';
}

function jobDuration(job: PlaygroundObject, now: Date): string {
  const started = at(job, 'status', 'startTime');
  if (typeof started !== 'string') return '';
  const ended = at(job, 'status', 'completionTime');
  return humanDuration((typeof ended === 'string' ? Date.parse(ended) : now.getTime()) - Date.parse(started));
}
