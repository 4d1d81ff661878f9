import type { KubeObject } from '@alloy/contracts';
import type { Power } from '@alloy/policy';
import { at, forbidden, type Finding } from './finding';
import { isRecord, listOf, recordOf } from './strings';

type Fields = Readonly<Record<string, unknown>>;

const HOST_FLAGS = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/**
 * Capabilities that a namespace does not confine to the pod: they give access to the node's kernel or files. Source:
 * capabilities(7).
 */
const OF_THE_NODE: ReadonlySet<string> = new Set([
  'ALL', 'AUDIT_CONTROL', 'BPF', 'DAC_READ_SEARCH', 'MAC_ADMIN', 'MAC_OVERRIDE', 'PERFMON', 'SYS_ADMIN', 'SYS_BOOT',
  'SYS_MODULE', 'SYS_RAWIO', 'SYS_TIME', 'SYSLOG',
]);

/**
 * Checks that an object requests no power over nodes except the allowed. Every mapping in it is checked like a pod and
 * like a container, because kinds of other projects have pod templates, or parts of them, anywhere.
 */
export function checkPower(value: unknown, pointer: string, allow: readonly Power[]): Finding[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => checkPower(item, at(pointer, i), allow));
  if (!isRecord(value)) return [];
  return [
    ...checkPodPower(value, pointer, allow),
    ...checkContainerPower(value, pointer, allow),
    ...Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null ? checkPower(inner, at(pointer, key), allow) : [],
    ),
  ];
}

/** Checks a pod. */
function checkPodPower(pod: Fields, pointer: string, allow: readonly Power[]): Finding[] {
  return [
    ...HOST_FLAGS.filter((flag) => pod[flag] === true && !allow.includes(flag)).map((flag) =>
      forbidden('privileged', at(pointer, flag), `${flag} is not allowed.`),
    ),
    ...listOf(pod['volumes']).flatMap((volume, i) =>
      recordOf(volume)['hostPath'] === undefined || allow.includes('hostPath')
        ? []
        : [forbidden('privileged', at(pointer, 'volumes', i, 'hostPath'), 'hostPath is not allowed.')],
    ),
  ];
}

/** Checks a container, and the process of a pod, which has the same field. */
function checkContainerPower(container: Fields, pointer: string, allow: readonly Power[]): Finding[] {
  const security = recordOf(container['securityContext']);
  const here = (...steps: readonly string[]) => at(pointer, 'securityContext', ...steps);
  const findings: Finding[] = [];
  if (!allow.includes('privileged')) {
    if (security['privileged'] === true)
      findings.push(forbidden('privileged', here('privileged'), 'Privileged containers are not allowed.'));
    if (security['procMount'] === 'Unmasked')
      findings.push(forbidden('privileged', here('procMount'), 'An unmasked /proc is not allowed.'));
    if (isHostProcess(security)) findings.push(hostProcess(pointer));
  }
  if (listOf(recordOf(security['capabilities'])['add']).some(isOfTheNode) && !allow.includes('capabilities'))
    findings.push(forbidden('privileged', here('capabilities', 'add'), 'This capability is not allowed.'));
  const hostPort = listOf(container['ports']).findIndex(
    (port) => recordOf(port)['hostPort'] !== undefined && recordOf(port)['hostPort'] !== 0,
  );
  if (hostPort >= 0 && !allow.includes('hostPort'))
    findings.push(forbidden('privileged', at(pointer, 'ports', hostPort, 'hostPort'), 'hostPort is not allowed.'));
  return findings;
}

/**
 * Checks that a Service takes no traffic of others: each node sends the traffic of an external IP to the Service with
 * that IP. Source: CVE-2020-8554.
 */
export function checkServicePower({ spec }: KubeObject, pointer: string, allow: readonly Power[]): Finding[] {
  if (listOf(recordOf(spec)['externalIPs']).length === 0 || allow.includes('externalIPs')) return [];
  return [forbidden('privileged', at(pointer, 'spec', 'externalIPs'), 'externalIPs is not allowed.')];
}

/** Container runtimes accept a capability in any case, and some with its prefix. */
const isOfTheNode = (capability: unknown): boolean => OF_THE_NODE.has(String(capability).toUpperCase().replace(/^CAP_/, ''));

const isHostProcess = (security: unknown): boolean => recordOf(recordOf(security)['windowsOptions'])['hostProcess'] === true;
const hostProcess = (pointer: string): Finding =>
  forbidden('privileged', at(pointer, 'securityContext', 'windowsOptions', 'hostProcess'), 'A process of the node itself is not allowed.');
