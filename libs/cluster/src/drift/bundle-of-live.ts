import { PROJECT_LABEL, RELEASE_LABEL, TRACK_LABEL, type Bundle } from '@alloy/contracts';
import { versioned, type NameHash } from '../copies';
import type { Deployment, PodTemplate } from '../json';
import { rewriteReferences } from '../references';
import { deploymentOf } from '../revision';

/**
 * The bundle with the pod template that runs: the revision of this bundle has exactly that template, so that a rollback
 * to it restarts no pod. The copies of the bundle's ConfigMaps and Secrets get their own names again.
 */
export function bundleOfLive(web: Deployment, bundle: Bundle, nameHash: NameHash): Bundle {
  const source = deploymentOf(bundle);
  const template = withOwnNames(withoutOwnLabels(web.spec.template), bundle, nameHash);
  const changed: Deployment = { ...source, spec: { ...source.spec, template } };
  return { ...bundle, objects: bundle.objects.map((object) => (object === source ? changed : object)) };
}

const OWN: ReadonlySet<string> = new Set([PROJECT_LABEL, RELEASE_LABEL, TRACK_LABEL]);

/** The template without the labels of Alloy. */
export function withoutOwnLabels(template: PodTemplate): PodTemplate {
  if (!Object.keys(template.metadata?.labels ?? {}).some((label) => OWN.has(label))) return template;
  const labels = Object.fromEntries(Object.entries(template.metadata?.labels ?? {}).filter(([label]) => !OWN.has(label)));
  return { ...template, metadata: { ...template.metadata, labels } };
}

function withOwnNames(template: PodTemplate, bundle: Bundle, nameHash: NameHash): PodTemplate {
  const { sources } = versioned(bundle, deploymentOf(bundle).spec.template, nameHash);
  const names = new Map([...sources].map(([copy, { kind, metadata }]) => [`${kind}/${copy}`, metadata.name]));
  return rewriteReferences(template, ({ kind, name }) => names.get(`${kind}/${name}`) ?? name);
}
