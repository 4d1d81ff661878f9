import type { Bundle, KubeObject } from '@alloy/contracts';
import type { Power } from '@alloy/policy';
import type { RequestedStrategy } from '@alloy/release';
import { checkData } from './check-data';
import { checkDeployment } from './check-deployment';
import { checkServiceListKeys } from './check-list-keys';
import { checkMetadata } from './check-metadata';
import { checkServicePower } from './check-power';
import { checkReferences, type Placed } from './check-references';
import { at, done, invalid, refuse, type Finding, type Result } from './finding';
import { replaceImageTag } from './replace-image-tag';
import { recordOf } from './strings';

export interface BundleRequest {
  /** The results of `readFile` for all files. */
  readonly files: Result<readonly Placed[]>;
  readonly imageTag: string;
  /** The digest of the tag (`sha256:…`), which is then deployed; unset: the tag is resolved when pods start. */
  readonly digest?: string | undefined;
  readonly strategy: RequestedStrategy;
  readonly namespace: string;
  /** Repository whose tag is replaced; unset: that of the only container. */
  readonly image: string | undefined;
  /** Allowed power beyond the namespace; default none. */
  readonly allow?: readonly Power[] | undefined;
}

export interface BuiltBundle {
  readonly bundle: Bundle;
  readonly image: string;
  readonly replicas: number | null;
  /** The position of the Deployment in the request. */
  readonly pointer: string;
}

/** Fields that only the cluster writes; manifests that were exported from one contain them. */
const CLUSTERS_OWN = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'managedFields', 'selfLink'];

/** The files of a request as one bundle: accepted or refused as a whole, with all its faults. Pure. */
export function buildBundle(request: BundleRequest): Result<BuiltBundle> {
  if (!request.files.ok) return request.files;
  const placed = request.files.value;
  const findings = [
    ...placed.flatMap((one) => checkObject(one, request)),
    ...checkTogether(placed),
    ...checkStrategy(placed, request.strategy),
  ];
  const [deployment, ...others] = placed.filter(({ object }) => object.kind === 'Deployment');
  if (!deployment || others.length > 0)
    findings.push(invalid('one_deployment', at('/files', 'deployment'), 'A release must have exactly one Deployment.'));
  if (findings.length > 0 || !deployment) return refuse(...findings);

  const retagged = replaceImageTag(
    deployment.object,
    request.digest === undefined ? request.imageTag : `${request.imageTag}@${request.digest}`,
    request.image,
    deployment.pointer,
  );
  if (!retagged.ok) return retagged;
  const unresolved = checkReferences(placed, deployment);
  if (unresolved.length > 0) return refuse(...unresolved);
  const objects = placed.map(({ object }) => clean(object === deployment.object ? retagged.value.object : object, request.namespace));
  return done({
    bundle: { workload: deployment.object.metadata.name, objects },
    image: retagged.value.image,
    replicas: retagged.value.replicas,
    pointer: deployment.pointer,
  });
}

function checkObject({ object, pointer }: Placed, { namespace, allow = [] }: BundleRequest): Finding[] {
  const findings = checkMetadata(object, namespace, pointer);
  if (object.kind === 'Deployment') return [...findings, ...checkDeployment(object, pointer, allow)];
  if (object.kind === 'Service') return [...findings, ...checkService(object, pointer, allow)];
  if (object.kind === 'Secret' || object.kind === 'ConfigMap') return [...findings, ...checkData(object, pointer)];
  return findings;
}

const checkService = (object: KubeObject, pointer: string, allow: readonly Power[]): Finding[] => [
  ...checkServiceListKeys(recordOf(object['spec']), at(pointer, 'spec')),
  ...checkServicePower(object, pointer, allow),
];

function checkTogether(placed: readonly Placed[]): Finding[] {
  const seen = new Set<string>();
  return placed.flatMap(({ object, pointer }) => {
    const key = `${object.kind}/${object.metadata.name}`;
    if (seen.has(key)) return [invalid('duplicate_object', pointer, 'The bundle contains this object twice.')];
    seen.add(key);
    return [];
  });
}

/** With `Recreate` no canary can run next to the stable version, and `auto` uses a canary sooner or later. */
function checkStrategy(placed: readonly Placed[], strategy: RequestedStrategy): Finding[] {
  return placed
    .filter(
      ({ object }) =>
        object.kind === 'Deployment' && strategy !== 'rollout' && recordOf(recordOf(object['spec'])['strategy'])['type'] === 'Recreate',
    )
    .map(({ pointer }) =>
      invalid(
        'strategy_unsupported',
        at(pointer, 'spec', 'strategy', 'type'),
        'A Deployment with strategy Recreate can only be released by rollout.',
      ),
    );
}

function clean(object: KubeObject, namespace: string): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([key, value]) => !CLUSTERS_OWN.includes(key) && value !== null),
  );
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: { ...metadata, name: object.metadata.name, namespace } };
}
