/** The lists of a pod template whose elements have a key, with the fields of that key, as in the API of Kubernetes. */
const keys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  resourceClaims: ['name'],
  schedulingGates: ['name'],
  ports: ['containerPort', 'protocol'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};
const defaults: Readonly<Record<string, string>> = { protocol: 'TCP' };

type Element = Readonly<Record<string, unknown>>;

/** The key of an element of the list as in paths, e.g. `80/TCP`; undefined: the elements of that list have no key. */
export function elementKey(list: string, element: unknown): string | undefined {
  const fields = keys[list];
  if (!fields || typeof element !== 'object' || element === null) return undefined;
  return fields.map((field) => String((element as Element)[field] ?? defaults[field] ?? '')).join('/');
}
