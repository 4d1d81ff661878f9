import { at, invalid, type Finding } from './finding';

/** `${TAG}`, `${TAG:-v1}`, `$(TAG)`, `$TAG`, `{{ tag }}`, `<TAG>`, `%TAG%`. */
const PLACEHOLDER =
  /\$\{[A-Za-z_][^}]*\}|\$\([A-Za-z_][A-Za-z0-9_]*\)|\$[A-Z_][A-Z0-9_]+|\{\{.*?\}\}|<[A-Z][A-Z0-9_-]+>|%[A-Z][A-Z0-9_]+%/;

/** Whether a text has a variable or a template that nothing has replaced. */
export const hasPlaceholder = (text: string): boolean => PLACEHOLDER.test(text);

export const NOT_REPLACED = 'A variable or a template was never replaced here; did envsubst, or the step that renders it, run?';

/** Fields whose values are never free text. */
const EXACT: ReadonlySet<string> = new Set([
  'name', 'namespace', 'image', 'replicas', 'minReplicas', 'maxReplicas', 'containerPort', 'hostPort', 'port', 'targetPort',
  'nodePort', 'number', 'host', 'hosts', 'secretName', 'claimName', 'serviceAccountName', 'serviceName', 'ingressClassName',
  'schedule', 'storageClassName', 'priorityClassName',
]);
/** Mappings of which each value is such a value. */
const EXACT_MAPS: ReadonlySet<string> = new Set([
  'labels', 'matchLabels', 'selector', 'nodeSelector', 'limits', 'requests',
]);
/**
 * Free text, in which `${…}` belongs to a script or to the application, and `$(…)` to Kubernetes, which replaces it in
 * args, command and env.
 */
const FREE: ReadonlySet<string> = new Set(['data', 'stringData', 'binaryData', 'annotations', 'command', 'args']);

/** Finds variables and templates that were never replaced, in names, images, numbers, hosts, labels and resources. */
export function checkPlaceholders(object: unknown, pointer: string): Finding[] {
  const findings: Finding[] = [];
  const check = (value: unknown, steps: readonly (string | number)[], isExact: boolean): void => {
    if (typeof value === 'string') {
      if (isExact && hasPlaceholder(value)) findings.push(invalid('unreplaced_variable', at(pointer, ...steps), NOT_REPLACED));
    } else if (Array.isArray(value)) {
      value.forEach((item, i) => check(item, [...steps, i], isExact));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (FREE.has(key)) continue;
        // What is inside of an exact mapping is exact, but not what is inside of a list of mappings.
        const isValue = typeof inner !== 'object' || inner === null;
        check(inner, [...steps, key], EXACT.has(key) || (isValue ? isExact : EXACT_MAPS.has(key)));
      }
    }
  };
  check(object, [], false);
  return findings;
}
