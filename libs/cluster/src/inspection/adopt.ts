import type { KubeObject } from '@alloy/contracts';
import type { Deployment } from '../json';
import { deploymentOf } from '../revision';
import type { Inspection, InspectInput } from './inspect';

/** The live Deployment and shared objects as manifests, without the status and the fields that the server fills in. */
export function adopt(web: Deployment, { bundle, live }: InspectInput): Inspection['adopted'] {
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
