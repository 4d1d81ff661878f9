import type { Bundle, KubeObject } from '@alloy/contracts';
import type { Power, RequestedStrategy } from '@alloy/release';
import { checkData } from './check-data';
import { checkDeployment } from './check-deployment';
import { checkMetadata } from './check-metadata';
import { checkReferences, type Placed } from './check-references';
import { checkStrings } from './check-strings';
import { decodeFile } from './decode-file';
import { at, done, forbidden, invalid, refuse, type Finding, type Result } from './finding';
import { forbiddenKinds, takenKinds } from './kinds';
import { parseYaml } from './parse-yaml';
import { replaceImageTag } from './replace-image-tag';
import { isRecord, listOf, recordOf, typeName } from './strings';
import { checkValues } from './walk';

export interface BundleRequest {
  readonly files: Readonly<Record<string, string>>;
  readonly imageTag: string;
  /** What the tag stands for (`sha256:…`), which is then what is deployed; unset: whatever it stands for when pods start. */
  readonly digest?: string | undefined;
  readonly strategy: RequestedStrategy;
  readonly namespace: string;
  /** Repository whose tag is replaced; unset: the only container's. */
  readonly image: string | undefined;
  /** Power over their nodes that the pods may ask for; default none. */
  readonly allow?: readonly Power[] | undefined;
}

export interface BuiltBundle {
  readonly bundle: Bundle;
  readonly image: string;
  readonly replicas: number | null;
  /** Where the Deployment stood in the request. */
  readonly pointer: string;
}

/** What only the cluster writes; manifests that were exported from one carry it. */
const CLUSTERS_OWN = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'managedFields', 'selfLink'];

/** The files of a request as one bundle: taken whole or refused whole, with everything that is wrong with it. Pure. */
export function buildBundle(request: BundleRequest): Result<BuiltBundle> {
  const files = Object.entries(request.files).map(([name, value]) => readFile(value, at('/files', name)));
  const unread = files.flatMap((file) => (file.ok ? [] : file.findings));
  if (unread.length > 0) return refuse(...unread);
  const placed = files.flatMap((file) => (file.ok ? file.value : []));

  const findings = [...placed.flatMap((one) => checkObject(one, request)), ...checkTogether(placed), ...checkStrategy(placed, request.strategy)];
  const [deployment, ...others] = placed.filter(({ object }) => object.kind === 'Deployment');
  if (!deployment || others.length > 0) findings.push(invalid('one_deployment', at('/files', 'deployment'), 'A release has exactly one Deployment.'));
  if (findings.length > 0 || !deployment) return refuse(...findings);

  const retagged = replaceImageTag(deployment.object, request.digest === undefined ? request.imageTag : `${request.imageTag}@${request.digest}`, request.image, deployment.pointer);
  if (!retagged.ok) return retagged;
  const unresolved = checkReferences(placed, deployment);
  if (unresolved.length > 0) return refuse(...unresolved);
  const objects = placed.map(({ object }) => clean(object === deployment.object ? retagged.value.object : object, request.namespace));
  return done({ bundle: { workload: deployment.object.metadata.name, objects }, image: retagged.value.image, replicas: retagged.value.replicas, pointer: deployment.pointer });
}

function readFile(value: string, pointer: string): Result<readonly Placed[]> {
  const text = decodeFile(value, pointer);
  if (!text.ok) return text;
  const documents = parseYaml(text.value, pointer);
  if (!documents.ok) return documents;
  const placed = documents.value.flatMap((document, i) => flatten(document, at(pointer, i)));
  const findings = placed.flatMap(({ object, pointer: here }) => checkShape(object, here));
  return findings.length > 0 ? refuse(...findings) : done(placed as readonly Placed[]);
}

/** A List is what it lists. */
function flatten(document: unknown, pointer: string): readonly { readonly object: unknown; readonly pointer: string }[] {
  if (isRecord(document) && document['kind'] === 'List' && document['apiVersion'] === 'v1') {
    return listOf(document['items']).flatMap((item, i) => flatten(item, at(pointer, 'items', i)));
  }
  return [{ object: document, pointer }];
}

/** That it is an object of a kind that is taken, typed as Kubernetes wants it: what all later checks rely on. */
function checkShape(object: unknown, pointer: string): Finding[] {
  if (!isRecord(object)) return [invalid('wrong_type', pointer, `A Kubernetes object is a mapping, but this is ${typeName(object)}.`)];
  const values = checkValues(object, pointer);
  if (values.length > 0) return values;
  const { apiVersion, kind } = object;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') return [invalid('missing_field', pointer, 'A Kubernetes object needs apiVersion and kind.')];
  if (forbiddenKinds.has(kind)) return [forbidden('forbidden_kind', at(pointer, 'kind'), 'Objects of this kind may not be written through a release.')];
  const versions = Object.hasOwn(takenKinds, kind) ? takenKinds[kind]! : undefined;
  if (!versions) return [invalid('unsupported_kind', at(pointer, 'kind'), `This kind is not taken; taken are ${Object.keys(takenKinds).join(', ')}.`)];
  if (!versions.includes(apiVersion)) return [invalid('unsupported_api_version', at(pointer, 'apiVersion'), `A ${kind} is taken as ${versions.join(', ')}.`)];
  if (!isRecord(object['metadata'])) return [invalid('missing_field', at(pointer, 'metadata'), 'A Kubernetes object needs metadata.')];
  return checkStrings(object, pointer);
}

function checkObject({ object, pointer }: Placed, { namespace, allow = [] }: BundleRequest): Finding[] {
  const findings = checkMetadata(object, namespace, pointer);
  if (object.kind === 'Deployment') return [...findings, ...checkDeployment(object, pointer, allow)];
  if (object.kind === 'Secret' || object.kind === 'ConfigMap') return [...findings, ...checkData(object, pointer)];
  return findings;
}

function checkTogether(placed: readonly Placed[]): Finding[] {
  const seen = new Set<string>();
  return placed.flatMap(({ object, pointer }) => {
    const key = `${object.kind}/${object.metadata.name}`;
    if (seen.has(key)) return [invalid('duplicate_object', pointer, 'The same object stands twice in the bundle.')];
    seen.add(key);
    return [];
  });
}

/** With `Recreate` there is nothing beside which a canary could run; `auto` comes to a canary sooner or later. */
function checkStrategy(placed: readonly Placed[], strategy: RequestedStrategy): Finding[] {
  return placed
    .filter(({ object }) => object.kind === 'Deployment' && strategy !== 'rollout' && recordOf(recordOf(object['spec'])['strategy'])['type'] === 'Recreate')
    .map(({ pointer }) => invalid('strategy_unsupported', at(pointer, 'spec', 'strategy', 'type'), 'A Deployment with strategy Recreate can only be released by rollout.'));
}

function clean(object: KubeObject, namespace: string): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key, value]) => !CLUSTERS_OWN.includes(key) && value !== null));
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: { ...metadata, name: object.metadata.name, namespace } };
}
