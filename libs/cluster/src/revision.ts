import type { V1DeploymentStrategy } from '@kubernetes/client-node';
import { PROJECT_LABEL, RELEASE_LABEL, TRACK_LABEL, podTemplate, withTemplate, type Bundle, type KubeObject } from '@alloy/contracts';
import { isZeroBound, type CanaryOptions as PolicyOfCanary, type RollingBounds, type TrafficPlan } from '@alloy/release';
import { withCanaryOptions } from './canary-template';
import { copyOf, versioned, type NameHash } from './copies';
import type { Owner } from './fence';
import { isFollower } from './followers';
import { isDeployment, type Deployment, type Json, type PodTemplate } from './json';
import { withPullPolicies } from './pull-policy';
import { withBothNames } from './service-account';
import { withOwner } from './with-owner';

export type DeploymentStrategy = Json<V1DeploymentStrategy>;

/** The objects of one version of the workload. */
export interface Revision {
  /** Value of the release label on its pods. Null: an adopted Deployment, whose template does not change. */
  readonly release: string | null;
  /** Apply patch without `spec.replicas`, with a strategy that never reduces the number of available pods. */
  readonly rolling: Deployment;
  /** The same patch with the strategy of the manifest. */
  readonly asked: Deployment;
  /** Copies that its template and those of its followers read: they must exist before its pods start. */
  readonly copies: readonly KubeObject[];
  /** Its other objects under their own names. */
  readonly shared: readonly KubeObject[];
}

/** The only Deployment of the bundle. Ingest refuses a bundle without one. */
export function deploymentOf(bundle: Bundle): Deployment {
  const found = bundle.objects.find((object) => object.kind === 'Deployment' && object.metadata.name === bundle.workload);
  if (!found || !isDeployment(found)) throw new Error(`the bundle holds no Deployment ${bundle.workload}`);
  return found;
}

interface RevisionOptions {
  readonly bundle: Bundle;
  /** Null: the version was adopted. */
  readonly release: string | null;
  readonly namespace: string;
  readonly owner: Owner;
  readonly nameHash: NameHash;
  /** By the policy; default: as the manifest has it, without missing pods. */
  readonly rollingUpdate?: RollingBounds | undefined;
}

/**
 * The version of the workload that the bundle describes. The same bundle and release always lead to the same template,
 * so that a rollback restarts no pods.
 */
export function revisionOf({ bundle, release, namespace, owner, nameHash, rollingUpdate }: RevisionOptions): Revision {
  const source = deploymentOf(bundle);
  const adopted = release === null;
  const { sources, template } = adopted
    ? { sources: new Map<string, KubeObject>(), template: source.spec.template }
    : versioned(bundle, source.spec.template, nameHash);
  const manifest = adopted
    ? deployment(source, template, namespace, owner)
    : deployment(source, labelled(template, owner.project, release, 'stable'), namespace, { ...owner, releaseId: release });
  const others = bundle.objects.filter((object) => object !== source).map((object) => withCopies(object, bundle, adopted, nameHash));
  const copied = new Map([...sources, ...others.flatMap((other) => [...other.sources])]);
  return {
    release,
    rolling: withStrategy(manifest, safeStrategy(source.spec.strategy, rollingUpdate)),
    asked: withStrategy(manifest, askedStrategy(source.spec.strategy)),
    copies: [...copied].map(([name, object]) => copyOf(object, name, bundle.workload, namespace, owner)),
    shared: others.map(({ object }) => object),
  };
}

/** A follower reads copies, like the workload, so that a rollback leads back to what it read. */
function withCopies(
  object: KubeObject, bundle: Bundle, adopted: boolean, nameHash: NameHash,
): { readonly object: KubeObject; readonly sources: ReadonlyMap<string, KubeObject> } {
  const template = adopted || !isFollower(object) ? undefined : (podTemplate(object) as PodTemplate | undefined);
  if (!template) return { object, sources: new Map() };
  const found = versioned(bundle, template, nameHash);
  return { object: withTemplate(object, found.template as unknown as Readonly<Record<string, unknown>>), sources: found.sources };
}

export const canaryName = (workload: string): string => `${workload}-canary`;
export const baselineName = (workload: string): string => `${workload}-baseline`;

interface CanaryOptions extends RevisionOptions {
  readonly release: string;
  /** The label that keeps its pods out of the user's Service; absent: the Service selects them. */
  readonly label?: TrafficPlan['label'] | undefined;
  /** What the policy gives only to the canary. */
  readonly options?: PolicyOfCanary | undefined;
}

/**
 * The Deployment of the canary, with no pods at first. Its selector is the user's with the label of the track added, so
 * that the user's Service also selects its pods, unless `label` has another value than on the workload's pods.
 */
export function canaryOf({ bundle, release, namespace, owner, nameHash, label, options }: CanaryOptions): Deployment {
  const source = deploymentOf(bundle);
  const { template: version } = versioned(bundle, source.spec.template, nameHash);
  const template = withCanaryOptions(version, source.spec.selector, options);
  const own = label && { [label.name]: label.value };
  const selector = { ...source.spec.selector, matchLabels: { ...source.spec.selector.matchLabels, ...own, [TRACK_LABEL]: 'canary' } };
  const named: Deployment = { ...source, metadata: { ...bareMetadata(source), name: canaryName(bundle.workload) } };
  const owned = withOwner(named, namespace, owner, 'canary');
  return {
    ...owned,
    spec: {
      ...source.spec,
      replicas: 0,
      strategy: safeStrategy(source.spec.strategy),
      selector,
      template: withLabels(labelled(template, owner.project, release, 'canary'), own),
    },
  };
}

/**
 * The Deployment of an experiment's baseline, with no pods at first: the template of the stable version as its pods
 * have it, with another track. The user's Service selects its pods, and its selector selects none of other Deployments.
 */
export function baselineOf({ release, rolling }: Revision, namespace: string, owner: Owner): Deployment {
  const { selector, template } = rolling.spec;
  const track = { [TRACK_LABEL]: 'baseline' };
  const named: Deployment = { ...rolling, metadata: { ...bareMetadata(rolling), name: baselineName(rolling.metadata.name) } };
  const labels = release === null ? { [PROJECT_LABEL]: owner.project, ...track } : track;
  return {
    ...withOwner(named, namespace, owner, 'baseline'),
    spec: {
      ...rolling.spec,
      replicas: 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...track } },
      template: withLabels(template, labels),
    },
  };
}

const bareMetadata = ({ metadata: { name, labels, annotations } }: KubeObject): KubeObject['metadata'] => ({
  name,
  ...(labels && { labels }),
  ...(annotations && { annotations }),
});

function deployment(source: Deployment, template: PodTemplate, namespace: string, owner: Owner): Deployment {
  const { replicas: _scaledOnlyByScale, ...spec } = source.spec;
  const { status: _status, ...rest } = source;
  return { ...withOwner({ ...rest, metadata: bareMetadata(source) }, namespace, owner, 'stable'), spec: { ...spec, template } };
}

const withLabels = (template: PodTemplate, labels: Readonly<Record<string, string>> | undefined): PodTemplate =>
  labels ? { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } } } : template;

function labelled(template: PodTemplate, project: string, release: string, track: 'stable' | 'canary'): PodTemplate {
  const labels = { ...template.metadata?.labels, [PROJECT_LABEL]: project, [RELEASE_LABEL]: release, [TRACK_LABEL]: track };
  return withPullPolicies(withBothNames({ ...template, metadata: { ...template.metadata, labels } }));
}

const withStrategy = (manifest: Deployment, strategy: DeploymentStrategy): Deployment => ({
  ...manifest,
  spec: { ...manifest.spec, strategy },
});

/**
 * A strategy that adds new pods before it removes old ones, unless the policy allows missing ones. `Recreate` is kept,
 * because the user has chosen it explicitly.
 */
function safeStrategy(strategy: DeploymentStrategy | undefined, bounds: RollingBounds = {}): DeploymentStrategy {
  if (strategy?.type === 'Recreate') return { type: 'Recreate' };
  const { maxUnavailable = 0, maxSurge = strategy?.rollingUpdate?.maxSurge ?? '25%' } = bounds;
  const isStopped = isZeroBound(maxUnavailable) && (isZeroBound(maxSurge) || maxSurge === '0');
  return { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge: isStopped ? 1 : maxSurge } };
}

// The defaults of Kubernetes are explicit, because an omitted field would keep the value of the safe strategy.
function askedStrategy(strategy: DeploymentStrategy | undefined): DeploymentStrategy {
  if (strategy?.type === 'Recreate') return { type: 'Recreate' };
  return { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%', ...strategy?.rollingUpdate } };
}

export const strategyOf = (manifest: Deployment): DeploymentStrategy => manifest.spec.strategy ?? {};
