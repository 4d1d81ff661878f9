import type { KubeObject } from '@alloy/contracts';
import type { Refusal } from '@alloy/release';
import { ClusterError, isClusterError } from '../../errors';
import { adoptFields, ALLOY_MANAGER } from '../../managed-fields';
import type { Cluster } from '../../ports';
import { refOf } from '../../write';
import { explainRefusal } from './explain-refusal';
import type { PlannedWrite } from './planned-writes';
import { previewPatch } from './preview-patch';

export type DryRunCluster = Pick<Cluster, 'get' | 'apply' | 'patch'>;

/** Number of attempts for an object that other clients keep changing. */
const ATTEMPTS = 5;

/** What the API server says about a write. */
export interface Answer {
  readonly kind: string;
  readonly name: string;
  readonly result: 'accepted' | 'refused' | 'not_checked';
  readonly cause: string;
  readonly code: Refusal['code'];
}

/**
 * Asks the API server whether it would execute the write. Nothing is stored. Reads the object again if another client
 * has changed it, created it or deleted it since it was read. Rejects with `ClusterError` if the answer says nothing
 * about the object: `forbidden`, `unreachable` and all that may succeed later.
 */
export async function answerTo(cluster: DryRunCluster, write: PlannedWrite, attempt = 1): Promise<Answer> {
  const { kind, metadata: { name } } = write.object;
  try {
    await tryWrite(cluster, write);
    return { kind, name, result: 'accepted', cause: '', code: 'invalid_object' };
  } catch (error) {
    if (isClusterError(error, 'conflict', 'not_found') && attempt < ATTEMPTS)
      return answerTo(cluster, { ...write, live: (await cluster.get(refOf(write.object))) ?? null }, attempt + 1);
    if (isClusterError(error, 'dry_run_unsupported'))
      return { kind, name, result: 'not_checked', cause: explainRefusal(write, error), code: 'invalid_object' };
    if (!isClusterError(error, 'invalid', 'admission_denied')) throw error;
    const code = isClusterError(error, 'admission_denied') ? 'admission_denied' : 'invalid_object';
    return { kind, name, result: 'refused', cause: explainRefusal(write, error), code };
  }
}

/**
 * Tries the write. Where it is preceded by an adoption of fields, which a dry run cannot execute, the apply proves only
 * the structure of the object, and a patch with the resulting content proves the rest.
 */
async function tryWrite(cluster: DryRunCluster, { object, live }: PlannedWrite): Promise<void> {
  const adopted = live && adoptFields(live);
  if (!live) return apply(cluster, object).catch(requireServed(object));
  if (!adopted) return apply(cluster, object);
  await apply(cluster, object).catch((error: unknown) => {
    if (isStructural(error) || !isClusterError(error, 'invalid', 'admission_denied')) throw error;
  });
  const patch = previewPatch(object, live, adopted[0]?.fieldsV1 ?? {});
  await cluster.patch(refOf(live), 'json', patch, ALLOY_MANAGER, { dryRun: true });
}

const apply = async (cluster: DryRunCluster, object: KubeObject): Promise<void> =>
  void (await cluster.apply(object, { manager: ALLOY_MANAGER, force: true, dryRun: true }));

/** An apply creates an absent object, so only its kind can be missing. */
const requireServed =
  ({ apiVersion, kind }: KubeObject) =>
  (error: unknown): never => {
    throw isClusterError(error, 'not_found') ? new ClusterError('invalid', `this API server knows no ${kind} of ${apiVersion}`) : error;
  };

/**
 * An unknown field, a wrong type or a duplicate item: the API server reports them before it merges the fields (500).
 */
const isStructural = (error: unknown): boolean => isClusterError(error, 'invalid') && error.details.status === 500;
