import { imageName } from '@alloy/contracts';
import type { OwnerTool, Payloads } from '@alloy/release';
import type { Entries } from './entry';
import { normal, warning } from './kubernetes-event';
import { prunedText } from './prune-text';
import { podCount, stepSubject } from './text';

function inspectionText(data: Payloads['TargetInspected']): string {
  const { refusal, exists, ready, replicas, metrics = [], live, manager, dryRun, missing = [], unstartable = [] } = data;
  if (refusal) return refusal.text;
  const found = exists ? `${ready} of ${replicas} replicas are ready` : 'the workload does not exist';
  const running = live && !live.matches ? [`; ${live.image} runs, and not the stable version ${live.stable}`] : [];
  const lacks = unstartable.length === 0 ? '' : `; the running pods cannot start without ${namesOf(unstartable)}`;
  const probed = metrics.map(({ pod, detail }) => `; pod ${pod} ${detail}`);
  const notChecked = (dryRun?.notChecked ?? []).map(({ cause }) => `; not checked by dry run: ${cause}`);
  const owner = manager ? [`; ${ownerText(manager)}`] : [];
  return [found, ...running, lacks, ...probed, ...notChecked, missingText(missing), ...owner].join('');
}

type Missing = NonNullable<Payloads['TargetInspected']['missing']>;

const namesOf = (missing: Missing): string => missing.map(({ kind, name }) => `${kind} ${name}`).join(', ');

function missingText(missing: Missing): string {
  if (missing.length === 0) return '';
  return `; ${namesOf(missing)} ${missing.length === 1 ? 'does' : 'do'} not exist yet, and pods need it to start`;
}

const toolNames: Readonly<Record<OwnerTool, string>> = { argocd: 'Argo CD', flux: 'Flux', helm: 'Helm' };
const ownerText = (manager: OwnerTool): string =>
  `${toolNames[manager]} manages the Deployment and must leave it to Alloy (docs/guides/gitops-and-helm.md)`;

const writtenCount = ({ objects }: Payloads['ManifestsApplied']): number => objects.filter(({ action }) => action !== 'unchanged').length;

/** For example `Removed Alloy's labels from 3 objects; kept: ConfigMap web-5f0e…`. */
function handedBackText({ objects }: Payloads['WorkloadHandedBack']): string {
  const named = (action: (typeof objects)[number]['action']): readonly string[] =>
    objects.filter((object) => object.action === action).map(({ kind, name }) => `${kind} ${name}`);
  const count = named('handedBack').length;
  const list = (word: string, names: readonly string[]): string => (names.length === 0 ? '' : `; ${word}: ${names.join(', ')}`);
  const done = `Removed Alloy's labels, annotations and field managers from ${count} object${count === 1 ? '' : 's'}`;
  return `${done}${list('kept', named('kept'))}${list('left to another owner', named('left'))}`;
}

export const outcomes: Entries<
  | 'TargetInspected' | 'StableAdopted' | 'ManifestsApplied' | 'WorkloadScaled' | 'TrafficShifted' | 'WorkloadHandedBack'
  | 'EffectFailed'
> = {
  TargetInspected: {
    sentence: (data) => `Inspected the cluster: ${inspectionText(data)}`,
    kubernetesEvent: ({ manager }) => (manager ? warning('ManagedElsewhere', ownerText(manager), manager) : undefined),
    notification: null,
  },
  StableAdopted: {
    sentence: ({ stable }) => `Adopted ${imageName(stable.image, stable.imageTag)} as the version to roll back to`,
    kubernetesEvent: ({ stable }) => {
      const source = stable.releaseId === null ? 'which ran before Alloy' : 'to which another client has changed the workload';
      return normal('StableAdopted', `Adopted ${imageName(stable.image, stable.imageTag)}, ${source}, as the version to roll back to`);
    },
    notification: null,
  },
  ManifestsApplied: {
    sentence: (data) => `Wrote ${writtenCount(data)} of ${data.objects.length} objects${prunedText(data.pruned)}`,
    kubernetesEvent: null,
    notification: null,
  },
  WorkloadScaled: {
    sentence: ({ track, replicas }) => `Scaled to ${podCount(replicas, track)}`,
    kubernetesEvent: null,
    notification: null,
  },
  TrafficShifted: {
    sentence: (data) => `${shiftedText(data)}${routesText(data.routes)}${prunedText(data.pruned)}`,
    kubernetesEvent: (data, { request }) => {
      const { step, asked, reached, canaryReady, stableReady } = data;
      const note = `${request.imageTag} receives ${reached} % of the traffic (requested: ${asked} %)${routesText(data.routes)}: ${podCount(canaryReady, 'canary')} and ${podCount(stableReady, 'stable')} are ready`;
      return step < 0 ? undefined : normal('TrafficShifted', note, stepSubject(data));
    },
    notification: null,
  },
  WorkloadHandedBack: { sentence: handedBackText, kubernetesEvent: null, notification: null },
  EffectFailed: { sentence: ({ refusal }) => `The step failed: ${refusal.text}`, kubernetesEvent: null, notification: null },
};

function shiftedText({ step, asked, reached, routes = [] }: Payloads['TrafficShifted']): string {
  if (reached !== asked || asked > 0 || routes.length > 0)
    return `Shifted ${reached} % of the traffic to the canary (requested: ${asked} %)`;
  return step < 0 ? 'Sent all of the traffic to stable' : 'Sent the preview to the canary, and all of the traffic to stable';
}

const WHAT = { header: 'the requests', mirror: 'copies of the requests' } as const;
/** For example `, and the requests of header route beta`. */
const routesText = (routes: Payloads['TrafficShifted']['routes'] = []): string =>
  routes.map(({ kind, name }) => `, and ${WHAT[kind]} of ${kind} route ${name}`).join('');
