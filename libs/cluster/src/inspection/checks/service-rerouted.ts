import type { KubeObject } from '@alloy/contracts';
import type { Refusal } from '@alloy/release';
import { switchMarkOf } from '../../routers/service-selector/mark';
import { stableJson } from '../../stable-json';
import { keyOf } from '../../with-owner';
import type { InspectInput } from '../inspect';

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
}

interface ServicePort {
  readonly port: number;
  /** Default TCP. */
  readonly protocol?: string;
  /** Default: the port itself. */
  readonly targetPort?: number | string;
}

/** A Service that exists would send its traffic elsewhere. */
export function serviceRerouted({ bundle, live }: InspectInput): Refusal | null {
  for (const object of bundle.objects.filter((candidate) => candidate.kind === 'Service')) {
    const found = live.shared.get(keyOf(object));
    if (found && live.web && isRerouted(ownSpecOf(found), specOf(object))) {
      return {
        code: 'service_change_needs_blue_green',
        text: `Service ${object.metadata.name} would get another selector or targetPort, before the pods of the new version are ready: add a Service or a port, and remove the old one in a later release`,
      };
    }
  }
  return null;
}

const specOf = (service: KubeObject): ServiceSpec => (service['spec'] ?? {}) as ServiceSpec;

/** With the selector that it has while no release has switched it. */
function ownSpecOf(service: KubeObject): ServiceSpec {
  const mark = switchMarkOf(service);
  return { ...specOf(service), ...(mark && { selector: mark.selector }) };
}

/** Whether the change of the Service moves existing traffic. A new or a removed port moves none. */
function isRerouted(found: ServiceSpec, asked: ServiceSpec): boolean {
  if (stableJson(found.selector ?? {}) !== stableJson(asked.selector ?? {})) return true;
  const targets = new Map((found.ports ?? []).map((port) => [keyOfPort(port), targetOfPort(port)]));
  return (asked.ports ?? []).some((port) => targets.has(keyOfPort(port)) && targets.get(keyOfPort(port)) !== targetOfPort(port));
}

const keyOfPort = ({ port, protocol }: ServicePort): string => `${port}/${protocol ?? 'TCP'}`;
const targetOfPort = ({ port, targetPort }: ServicePort): string => String(targetPort ?? port);
