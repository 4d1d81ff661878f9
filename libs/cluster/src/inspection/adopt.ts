import type { Bundle, KubeObject } from '@alloy/contracts';
import { withoutOwnLabels } from '../drift/bundle-of-live';
import { withoutHold } from '../hold';
import type { Deployment } from '../json';
import { deploymentOf } from '../revision';
import type { InspectInput } from './inspect';

/**
 * The live Deployment and shared objects as manifests, without the status, the fields that the server fills in, and the
 * labels of Alloy.
 */
export function adopt(web: Deployment, { bundle, live }: InspectInput): Bundle {
  const { spec, ...rest } = withoutHold(web);
  const unlabelled: Deployment = { ...rest, spec: { ...spec, template: withoutOwnLabels(spec.template) } };
  return { workload: bundle.workload, objects: [unlabelled, ...live.shared.values()].map(manifestOf) };
}

/** The image of the container that the bundle releases. */
export function imageOf(web: Deployment, bundle: Bundle): string {
  const asked = deploymentOf(bundle).spec.template.spec.containers[0]?.name;
  const containers = web.spec.template.spec.containers;
  return (containers.find((container) => container.name === asked) ?? containers[0])?.image ?? '';
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
