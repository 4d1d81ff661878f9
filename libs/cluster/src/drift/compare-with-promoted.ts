import { imageName, imageParts, RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { LiveVersion, RunningTemplate, StableDrift } from '@alloy/release';
import { controllerOf } from '../controller-of';
import type { Deployment, PodTemplate } from '../json';
import { isTerminating } from '../pods';
import { RESTARTED_AT } from './foreign-additions';
import { foreignTemplateWrites } from './foreign-template-writes';
import { templateDifferences } from './template-differences';

/** Maximum number of paths that are recorded. */
const MAX_PATHS = 20;
export const REVISION = 'deployment.kubernetes.io/revision';

export interface PromotedInput {
  /** As read live; undefined: it does not exist. */
  readonly deployment: Deployment | undefined;
  /** The ReplicaSets in its namespace that its selector finds, with their templates. */
  readonly replicaSets: readonly KubeObject[];
  /** The recorded stable version. `releaseId`: value of the release label on its pods. */
  readonly stable: { readonly releaseId: string | null; readonly image: string; readonly imageTag: string };
  /** The templates with which Alloy promoted the version, and restored it; empty: not recorded. */
  readonly templates: readonly RunningTemplate[];
}

/** What runs. `drift`: why it is not the stable version; null: it is. */
export interface PromotedComparison {
  readonly template: RunningTemplate | null;
  readonly manager: string | null;
  readonly drift: StableDrift | null;
}

/**
 * Compares the template that a Deployment runs with the one that Alloy promoted, without the sealed manifests: equal
 * templates have the same ReplicaSet. Undefined: Kubernetes has not acted on the newest spec yet. Pure.
 */
export function compareWithPromoted({ deployment, replicaSets, stable, templates }: PromotedInput): PromotedComparison | undefined {
  if (!deployment || isTerminating(deployment)) {
    const gone = { stable: stable.imageTag, live: null, manager: null, changedAt: null, template: null };
    return { template: null, manager: null, drift: gone };
  }
  const running = runningSet(deployment, replicaSets);
  if (!running) return undefined;
  const template = { uid: deployment.metadata.uid ?? '', revision: revisionOf(deployment), replicaSet: running.metadata.name };
  const last = foreignTemplateWrites(deployment).findLast(({ paths }) => paths.some((path) => path !== RESTARTED_AT));
  const manager = last?.manager ?? null;
  const promoted = replicaSets.filter(({ metadata }) => templates.some(({ replicaSet }) => replicaSet === metadata.name));
  const isPromoted = templates.some(({ replicaSet }) => replicaSet === running.metadata.name);
  const live = isPromoted ? null : liveOf(deployment, templateOf(running), promoted.map(templateOf), stable, templates.length > 0);
  if (!live || live.matches) return { template, manager, drift: null };
  return { template, manager, drift: { stable: stable.imageTag, live, manager, changedAt: last?.time ?? null, template } };
}

/** Whether two ReplicaSets have the same template, apart from the time of a restart. */
export const isSameTemplate = (a: KubeObject, b: KubeObject): boolean =>
  releaseOf(templateOf(a)) === releaseOf(templateOf(b)) && differences(templateOf(a), templateOf(b)).length === 0;

/** The ReplicaSet that the Deployment runs; undefined: the controller has not acted on the newest spec yet. */
function runningSet(deployment: Deployment, replicaSets: readonly KubeObject[]): KubeObject | undefined {
  const { metadata: { uid, generation = 0 }, status } = deployment;
  if ((status?.observedGeneration ?? 0) < generation) return undefined;
  const revision = revisionOf(deployment);
  return replicaSets.find((set) => controllerOf(set)?.uid === uid && revision !== '' && revisionOf(set) === revision);
}

const revisionOf = ({ metadata }: KubeObject): string => metadata.annotations?.[REVISION] ?? '';
const templateOf = (set: KubeObject): PodTemplate => (set['spec'] as { readonly template: PodTemplate }).template;
const releaseOf = ({ metadata }: PodTemplate): string | null => metadata?.labels?.[RELEASE_LABEL] ?? null;

/**
 * What runs. If the promoted ReplicaSet was removed, its content is unknown: then the release label, the image and the
 * managed fields decide.
 */
function liveOf(
  deployment: Deployment, runs: PodTemplate, promoted: readonly PodTemplate[], stable: PromotedInput['stable'], isRecorded: boolean,
): LiveVersion {
  const release = releaseOf(runs);
  const image = imageOf(runs, stable.image);
  const found = promoted.map((template) => differences(template, runs)).sort((a, b) => a.length - b.length)[0];
  const written = isRecorded ? foreignTemplateWrites(deployment).flatMap(({ paths }) => paths).filter((path) => path !== RESTARTED_AT) : [];
  const paths = [...new Set(found ?? written)];
  const isImage = found !== undefined || image.includes('@') || image === imageName(stable.image, stable.imageTag);
  return {
    release, image,
    matches: release === stable.releaseId && isImage && paths.length === 0,
    stable: stable.imageTag,
    differences: paths.slice(0, MAX_PATHS),
  };
}

/** The image of the container whose repository is that of the stable version. */
function imageOf({ spec: { containers } }: PodTemplate, repository: string): string {
  const own = containers.find(({ image = '' }) => imageParts(image).repository === repository);
  return (own ?? containers[0])?.image ?? '';
}

const RESTART = 'kubectl.kubernetes.io/restartedAt';
const HASH = 'pod-template-hash';

/** The template without what the Deployment controller and `kubectl rollout restart` set; the version is the same. */
function content(template: PodTemplate): PodTemplate {
  const { [RESTART]: _restart, ...annotations } = template.metadata?.annotations ?? {};
  const { [HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, annotations, labels } };
}

function differences(one: PodTemplate, other: PodTemplate): readonly string[] {
  const [a, b] = [content(one), content(other)];
  return [...new Set([...templateDifferences(a, b), ...templateDifferences(b, a)])];
}
