import type { Bundle, KubeObject } from '@alloy/contracts';
import type { Payloads, Refusal } from '@alloy/release';
import { autoscalerOf } from './autoscaler';
import { standing, type Owner } from './fence';
import type { Deployment } from './json';
import { templateRelease, type Live } from './live';
import { keyOf } from './with-owner';
import { deploymentOf } from './revision';
import { stableJson } from './stable-json';

export interface InspectInput {
  readonly bundle: Bundle;
  readonly live: Live;
  /** Only the installation, project and environment matter: before the plan there is no fence. */
  readonly owner: Owner;
  /**
   * Whether the release is certainly a canary: the policy requires one, or it is `auto` and there is a stable version.
   */
  readonly wantsCanary: boolean;
  /** Whether Alloy has recorded a stable version. */
  readonly hasStable: boolean;
}

export interface Inspection {
  readonly inspected: Payloads['TargetInspected'];
  /**
   * The running version, to be sealed as the version to roll back to. Null: nothing runs, or Alloy has recorded a
   * stable version.
   */
  readonly adopted: { readonly bundle: Bundle; readonly image: string } | null;
}

/**
 * Describes the live state for an admitted release, including the reason why the release cannot be carried out, if
 * there is one. Pure.
 */
export function inspect(input: InspectInput): Inspection {
  const { web } = input.live;
  const refusal = refusalFor(input);
  const inspected = {
    exists: web !== null,
    replicas: web?.replicas ?? 0,
    ready: web?.ready ?? 0,
    owner: ownerOf(input),
    hpa: isAutoscaled(input),
    refusal,
  };
  const adoptable = web && !refusal && !input.hasStable && templateRelease(web.object) === null;
  return { inspected, adopted: adoptable ? adopt(web.object, input) : null };
}

/** Whether an autoscaler for the workload exists, or will exist when the bundle is applied. */
const isAutoscaled = ({ live, bundle: { workload, objects } }: InspectInput): boolean =>
  live.hpa !== null || autoscalerOf(workload, objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')) !== null;

/** The owner of the workload's Deployment. */
function ownerOf({ live: { web }, owner }: InspectInput): Payloads['TargetInspected']['owner'] {
  if (!web) return 'none';
  const found = standing(web.object, owner);
  if (found === 'foreign') return 'foreign';
  return found === 'unowned' ? 'unowned' : 'alloy';
}

function refusalFor(input: InspectInput): Refusal | null {
  return foreign(input) ?? selectorChanged(input) ?? recreates(input) ?? serviceChanged(input);
}

function foreign({ live, owner }: InspectInput): Refusal | null {
  const objects = [live.web?.object, live.canary?.object, ...live.shared.values()];
  const other = objects.find((object) => object && standing(object, owner) === 'foreign') ?? unownedCanary(live, owner);
  return other ? { code: 'foreign_owner', text: `${other.kind} ${other.metadata.name} belongs to another installation or project` } : null;
}

const unownedCanary = ({ canary }: Live, owner: Owner): KubeObject | undefined =>
  canary && standing(canary.object, owner) === 'unowned' ? canary.object : undefined;

function selectorChanged({ bundle, live }: InspectInput): Refusal | null {
  const asked = deploymentOf(bundle);
  if (!live.web || stableJson(live.web.object.spec.selector) === stableJson(asked.spec.selector)) return null;
  return {
    code: 'selector_immutable',
    text: `Deployment ${bundle.workload} runs with another selector, and Kubernetes does not allow changing a selector`,
  };
}

function recreates({ bundle, live, wantsCanary }: InspectInput): Refusal | null {
  const found = [deploymentOf(bundle), live.web?.object].some((deployment) => deployment?.spec.strategy?.type === 'Recreate');
  return wantsCanary && found
    ? { code: 'strategy_unsupported', text: `Deployment ${bundle.workload} has the strategy Recreate, which can't be released as a canary` }
    : null;
}

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: ReadonlyArray<{ readonly port: number; readonly targetPort?: number | string }>;
}

function serviceChanged({ bundle, live }: InspectInput): Refusal | null {
  for (const object of bundle.objects.filter((candidate) => candidate.kind === 'Service')) {
    const found = live.shared.get(keyOf(object));
    if (found && live.web && isRerouted(specOf(found), specOf(object))) {
      return {
        code: 'service_change_needs_blue_green',
        text: `Service ${object.metadata.name} would get another selector or targetPort, which only blue-green can change safely`,
      };
    }
  }
  return null;
}

const specOf = (service: KubeObject): ServiceSpec => (service['spec'] ?? {}) as ServiceSpec;

/**
 * Whether the change of the Service moves existing traffic. A new or a removed port moves none. An absent targetPort
 * means the port itself.
 */
function isRerouted(found: ServiceSpec, asked: ServiceSpec): boolean {
  if (stableJson(found.selector ?? {}) !== stableJson(asked.selector ?? {})) return true;
  const target = new Map((found.ports ?? []).map(({ port, targetPort }) => [port, String(targetPort ?? port)]));
  return (asked.ports ?? []).some(({ port, targetPort }) => target.has(port) && target.get(port) !== String(targetPort ?? port));
}

/** The live Deployment and shared objects as manifests, without the status and the fields that the server fills in. */
function adopt(web: Deployment, { bundle, live }: InspectInput): Inspection['adopted'] {
  const objects = [web, ...live.shared.values()].map(manifestOf);
  const asked = deploymentOf(bundle).spec.template.spec.containers[0]?.name;
  const containers = web.spec.template.spec.containers;
  const image = (containers.find((container) => container.name === asked) ?? containers[0])?.image ?? '';
  return { bundle: { workload: bundle.workload, objects }, image };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const REVISION = 'deployment.kubernetes.io/revision';

function manifestOf(object: KubeObject): KubeObject {
  const { status: _status, ...content } = object;
  const { name, namespace, labels, annotations } = object.metadata;
  const kept = Object.fromEntries(
    Object.entries(annotations ?? {}).filter(([key]) => key !== LAST_APPLIED && key !== REVISION && !key.startsWith('alloy.dev/')),
  );
  const own = Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !key.startsWith('alloy.dev/')));
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels && { labels: own }),
    ...(annotations && { annotations: kept }),
  };
  return { ...content, metadata } as KubeObject;
}
