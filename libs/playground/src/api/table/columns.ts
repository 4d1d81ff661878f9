/** A column of a `Table`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly format: string;
  readonly description: string;
  /** 0 always, 1 only with `-o wide`. */
  readonly priority: number;
}

const column = (name: string, type: Column['type'] = 'string', priority = 0): Column => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  description: '',
  priority,
});
const integer = (name: string): Column => column(name, 'integer');
const wide = (...names: string[]): Column[] => names.map((name) => column(name, 'string', 1));
const [name, ageColumn] = [column('Name'), column('Age')];
const podColumns = wide('Containers', 'Images', 'Selector');

/** kubectl's columns by kind; other kinds have name and age. */
const byKind: Readonly<Record<string, readonly Column[]>> = {
  Deployment: [name, column('Ready'), integer('Up-to-date'), integer('Available'), ageColumn, ...podColumns],
  ReplicaSet: [name, integer('Desired'), integer('Current'), integer('Ready'), ageColumn, ...podColumns],
  Pod: [name, column('Ready'), column('Status'), column('Restarts'), ageColumn, ...wide('IP', 'Node', 'Nominated Node', 'Readiness Gates')],
  Service: [name, column('Type'), column('Cluster-IP'), column('External-IP'), column('Port(s)'), ageColumn, ...wide('Selector')],
  ConfigMap: [name, integer('Data'), ageColumn],
  Secret: [name, column('Type'), integer('Data'), ageColumn],
  ServiceAccount: [name, integer('Secrets'), ageColumn],
  Namespace: [name, column('Status'), ageColumn],
  Node: [
    name,
    column('Status'),
    column('Roles'),
    ageColumn,
    column('Version'),
    ...wide('Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'),
  ],
  Event: [
    column('Last Seen'),
    column('Type'),
    column('Reason'),
    column('Object'),
    ...wide('Subobject', 'Source'),
    column('Message'),
    ...wide('First Seen', 'Count', 'Name'),
  ],
  EndpointSlice: [name, column('AddressType'), column('Ports'), column('Endpoints'), ageColumn],
  Job: [name, column('Status'), column('Completions'), column('Duration'), ageColumn, ...podColumns],
  Ingress: [name, column('Class'), column('Hosts'), column('Address'), column('Ports'), ageColumn],
  HorizontalPodAutoscaler: [
    name,
    column('Reference'),
    column('Targets'),
    column('MinPods'),
    column('MaxPods'),
    integer('Replicas'),
    ageColumn,
  ],
  PodDisruptionBudget: [name, column('Min Available'), column('Max Unavailable'), integer('Allowed Disruptions'), ageColumn],
};

export const columnsOf = (kind: string): readonly Column[] => byKind[kind] ?? [name, ageColumn];
