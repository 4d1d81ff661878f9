import {
  accessRefusal, desiredCluster, isClusterError, isHeld, previewWrites, readLive, readTraffic, readyOf, templateRelease, type Live,
} from '@alloy/cluster';
import { imageParts, type Bundle } from '@alloy/contracts';
import type { PreviewAnswer, PlanQuestion } from '@alloy/ledger';
import {
  previewDecision, type Context, type Plan, type PlanPreview, type PreviewedPlan, type PreviewedStep, type Refusal, type ReleasePreview,
  type StableRef,
} from '@alloy/release';
import type { InspectionPorts } from './executor-ports';
import { inspectCluster, type InspectedCluster } from './inspect-cluster';
import { refusalOf } from './refusal-of';

/** The artifact of a version that a release would seal. */
const NOT_SEALED = '';

/**
 * Answers what a release would do: by the inspection of a release, `decide`, and `nextWrite` on a copy of the live
 * state in memory. Writes nothing, neither to the cluster nor to the log. `now`: ms since 1970. Rejects if the cause is
 * not the cluster.
 */
export async function answerPlan(question: PlanQuestion, ports: InspectionPorts, now: number): Promise<PreviewAnswer> {
  const stored = await ports.log.context(question);
  const context: Context = question.policy ? { ...stored, policy: question.policy } : stored;
  const place = { cluster: context.cluster, namespace: context.policy.namespace };
  try {
    return { ...place, ...(await previewed(question, context, ports, now)) };
  } catch (error) {
    const refusal = accessRefusal(error, 'executor') ?? refusalOf(error);
    if (refusal) return { ...place, refusals: [refusal], inspected: null, plan: null };
    if (isClusterError(error)) return { failure: error.message };
    throw error;
  }
}

type Previewed = Pick<PlanPreview, 'refusals' | 'inspected' | 'plan'>;

async function previewed(question: PlanQuestion, context: Context, ports: InspectionPorts, now: number): Promise<Previewed> {
  const { bundle } = question;
  const found = await inspectCluster(question, bundle, context, ports);
  const { inspected, refusals, becomes } = found;
  const adopted = becomes && adoptedRef(becomes);
  const preview = previewDecision({ ...question, context, inspection: inspected, adopted, now });
  const { decision } = preview;
  if (decision.type !== 'ReleasePlanned' || !found.live) return { refusals: refusalsOf(refusals, decision), inspected, plan: null };
  const stable = await stableBundle(becomes, context, ports);
  const { traffic } = decision.data.plan;
  const pruned = await withPruned(found.live, question, decision.data.plan, ports);
  const live = traffic ? { ...pruned, traffic: await readTraffic(ports.cluster, context.policy.namespace, traffic) } : pruned;
  const { steps, refused } = stepsOf(preview, { bundle, stable, live, project: question.project }, ports);
  const { plan: { strategy, router, replicas }, reason, analysis = null, stable: to } = decision.data;
  const plan: PreviewedPlan = {
    strategy, router, replicas, reason, analysis, steps,
    stable: to && { releaseId: to.releaseId, image: to.image, imageTag: to.imageTag },
  };
  return { refusals: refused, inspected, plan };
}

/** The live state with the objects that the plan prunes. */
async function withPruned(
  live: Live, { project, bundle }: PlanQuestion, plan: Plan, { cluster, informers }: InspectionPorts,
): Promise<Live> {
  const pruned = (plan.prune?.objects ?? []).map(({ apiVersion, kind, name }) => ({ apiVersion, kind, metadata: { name } }));
  if (pruned.length === 0) return live;
  const { namespace } = plan.steps[0]!.target;
  const scope = { namespace, workload: bundle.workload, project, shared: [...bundle.objects, ...pruned] };
  return readLive(cluster, scope, { replicaSet: (...key) => informers.replicaSet(...key) });
}

/** The inspection knows all refusals; `decide` may refuse because of one that only it knows. */
function refusalsOf(refusals: readonly Refusal[], { data }: ReleasePreview['decision']): readonly Refusal[] {
  return refusals.length > 0 ? refusals : [{ code: data.reason.code as Refusal['code'], text: data.reason.text }];
}

function adoptedRef(becomes: NonNullable<InspectedCluster['becomes']>): StableRef {
  if ('ref' in becomes) return becomes.ref;
  const { repository, tag } = imageParts(becomes.adopted.image);
  return { releaseId: becomes.adopted.release, artifact: NOT_SEALED, image: repository, imageTag: tag };
}

/** The manifests of the version to roll back to, on which depends which copies stay. */
async function stableBundle(
  becomes: InspectedCluster['becomes'], { stable }: Context, { artifacts }: InspectionPorts,
): Promise<Bundle | null> {
  if (becomes && 'adopted' in becomes) return becomes.adopted.bundle;
  const ref = becomes ? becomes.ref : stable;
  return ref && artifacts.open(ref.artifact);
}

interface Subject {
  readonly bundle: Bundle;
  readonly stable: Bundle | null;
  readonly live: Live;
  readonly project: string;
}

/** Each step on the live state that the one before leaves. */
function stepsOf(
  { steps }: ReleasePreview, { bundle, stable, live, project }: Subject, { installation, artifacts }: InspectionPorts,
): { readonly steps: readonly PreviewedStep[]; readonly refused: readonly Refusal[] } {
  const nameHash = (content: string): string => artifacts.nameHash(project, content);
  const previews: PreviewedStep[] = [];
  let before = live;
  for (const state of steps) {
    // In memory nothing drains.
    const desired = desiredCluster({ installation, state, bundle, stable, nameHash, drainIsOver: true });
    const { writes, refusal, live: after } = previewWrites(desired, before);
    const pods = podsAfter(after);
    previews.push({ step: state.plan.steps[state.done]!, writes, pods });
    if (refusal) return { steps: previews, refused: [refusal] };
    before = after;
  }
  return { steps: previews, refused: [] };
}

/** In the middle of a rollout by steps both versions are pods of one Deployment. */
function podsAfter({ web, canary, baseline }: Live): PreviewedStep['pods'] {
  if (!web || !isHeld(web.object)) {
    const { replicas = 0 } = baseline ?? {};
    return { stable: web?.replicas ?? 0, canary: canary?.replicas ?? 0, ...(replicas > 0 && { baseline: replicas }) };
  }
  const fresh = readyOf(web, templateRelease(web.object));
  return { stable: web.pods - fresh, canary: fresh };
}
