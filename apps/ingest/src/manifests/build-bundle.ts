import { kindIdOf, type Bundle, type KubeObject } from '@alloy/contracts';
import { kindRules, type KindRules, type Power } from '@alloy/policy';
import type { LeftObject, RequestedStrategy } from '@alloy/release';
import { checkData } from './check-data';
import { checkServiceListKeys } from './check-list-keys';
import { checkMetadata } from './check-metadata';
import { checkPower, checkServicePower } from './check-power';
import { checkReferences, type Placed } from './check-references';
import { checkWorkload } from './check-workload';
import { chooseWorkload } from './choose-workload';
import { at, done, invalid, refuse, type Finding, type Result } from './finding';
import { releasedImage, withImageTag } from './replace-image-tag';
import { sortOut } from './sort-out';
import { recordOf } from './strings';
import { taggedImages } from './tagged-images';

export interface BundleRequest {
  /** The results of `readFile` for all files. */
  readonly files: Result<readonly Placed[]>;
  readonly imageTag: string;
  /** By repository the digest of the tag (`sha256:…`), which is then deployed; without one, pods resolve the tag. */
  readonly digests?: ReadonlyMap<string, string> | undefined;
  readonly strategy: RequestedStrategy;
  /** Whether the policy says how a rollout replaces the pods; default false. */
  readonly hasRollout?: boolean;
  readonly namespace: string;
  /** Repository whose tag is replaced; unset: that of the only container. */
  readonly image: string | undefined;
  /** Further repositories that get the tag; unset: those in the same place with the same tag, or with none. */
  readonly images?: readonly string[] | undefined;
  /** Allowed power beyond the namespace; default none. */
  readonly allow?: readonly Power[] | undefined;
  /** Name of the Deployment that is released progressively; unset: the only one with a Service. */
  readonly workload?: string | undefined;
  /** Which kinds are released, and which are refused; default as in a policy without both keys. */
  readonly kinds?: KindRules | undefined;
}

export interface BuiltBundle {
  readonly bundle: Bundle;
  /** The repository of the released workload, as written. */
  readonly image: string;
  /** All repositories that got the tag. */
  readonly images: readonly string[];
  readonly replicas: number | null;
  /** What the release does not write, in the order of the request. */
  readonly left: readonly LeftObject[];
  /** The position of the Deployment in the request. */
  readonly pointer: string;
}

/** Fields that only the cluster writes; manifests that were exported from one contain them. */
const CLUSTERS_OWN = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'managedFields', 'selfLink'];

/** The files of a request as one bundle: accepted or refused as a whole, with all its faults. Pure. */
export function buildBundle(request: BundleRequest): Result<BuiltBundle> {
  if (!request.files.ok) return request.files;
  const { released: placed, left, findings: unsorted } = sortOut(request.files.value, request.kinds ?? kindRules({}));
  const chosen = chooseWorkload(placed, request.workload);
  const workload = chosen.ok ? chosen.value : undefined;
  const findings = [
    ...unsorted,
    ...placed.flatMap((one) => checkObject(one, request, one !== workload)),
    ...checkTogether(placed, workload),
    ...checkStrategy(workload, request),
    ...(chosen.ok ? [] : chosen.findings),
  ];
  if (findings.length > 0 || !chosen.ok) return refuse(...findings);
  const deployment = chosen.value;

  const released = releasedImage(deployment.object, request.image, deployment.pointer);
  if (!released.ok) return released;
  const objects = placed.map(({ object }) => object);
  const tagged = taggedImages({ objects, released: released.value, images: request.images, pointer: deployment.pointer });
  if (!tagged.ok) return tagged;
  const unresolved = checkReferences(placed, left.map((one) => one.placed));
  if (unresolved.length > 0) return refuse(...unresolved);
  const image = released.value.repository;
  const tags = tagged.value.flatMap((repository) => {
    const tag = tagOf(request, repository, repository === image);
    return tag === undefined ? [] : [{ repository, tag }];
  });
  const { replicas } = recordOf(deployment.object['spec']);
  return done({
    bundle: {
      workload: deployment.object.metadata.name,
      objects: objects.map((object) =>
        clean(tags.reduce((changed, { repository, tag }) => withImageTag(changed, repository, tag), object), request.namespace),
      ),
    },
    image,
    images: tags.map(({ repository }) => repository),
    replicas: typeof replicas === 'number' ? replicas : null,
    left: left.map(({ placed: _placed, ...listed }) => listed),
    pointer: deployment.pointer,
  });
}

/** A digest in the request is of the released image only; undefined: another image has no tag of this release then. */
function tagOf({ imageTag, digests }: BundleRequest, repository: string, isReleased: boolean): string | undefined {
  const [tag = ''] = imageTag.split('@');
  const digest = digests?.get(repository);
  if (digest !== undefined) return `${tag}@${digest}`;
  if (isReleased) return imageTag;
  return tag.startsWith('sha256:') ? undefined : tag;
}

function checkObject({ object, pointer }: Placed, { namespace, allow = [] }: BundleRequest, isFollower: boolean): Finding[] {
  const findings = [...checkMetadata(object, namespace, pointer), ...checkWorkload(object, pointer, isFollower)];
  if (object.kind === 'Secret' || object.kind === 'ConfigMap') return [...findings, ...checkData(object, pointer)];
  const power = checkPower(object, pointer, allow);
  return kindIdOf(object) === 'Service' ? [...findings, ...power, ...checkService(object, pointer, allow)] : [...findings, ...power];
}

const checkService = (object: KubeObject, pointer: string, allow: readonly Power[]): Finding[] => [
  ...checkServiceListKeys(recordOf(object['spec']), at(pointer, 'spec')),
  ...checkServicePower(object, pointer, allow),
];

function checkTogether(placed: readonly Placed[], workload: Placed | undefined): Finding[] {
  const seen = new Set<string>();
  const canary = workload && `Deployment.apps/${workload.object.metadata.name}-canary`;
  return placed.flatMap(({ object, pointer }) => {
    const key = `${kindIdOf(object)}/${object.metadata.name}`;
    if (seen.has(key)) return [invalid('duplicate_object', pointer, 'The bundle contains this object twice.')];
    seen.add(key);
    return key === canary ? [invalid('bad_name', at(pointer, 'metadata', 'name'), 'This name is reserved for the canary.')] : [];
  });
}

/**
 * With `Recreate` no canary can run next to the stable version, and `auto` uses a canary sooner or later; and there is
 * no rolling update to which the policy could set bounds.
 */
function checkStrategy(workload: Placed | undefined, { strategy, hasRollout = false }: BundleRequest): Finding[] {
  if (!workload || recordOf(recordOf(workload.object['spec'])['strategy'])['type'] !== 'Recreate') return [];
  if (strategy === 'rollout' && !hasRollout) return [];
  const detail = strategy === 'rollout'
    ? 'A Deployment with strategy Recreate ends all its pods at once: `rollout` of the policy needs RollingUpdate.'
    : 'A Deployment with strategy Recreate can only be released by rollout.';
  return [invalid('strategy_unsupported', at(workload.pointer, 'spec', 'strategy', 'type'), detail)];
}

function clean(object: KubeObject, namespace: string): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([key, value]) => !CLUSTERS_OWN.includes(key) && value !== null),
  );
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: { ...metadata, name: object.metadata.name, namespace } };
}
