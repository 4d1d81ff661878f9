import type { KubeObject } from '@alloy/contracts';
import type { PlannedPolicy, SwitchTraffic } from '@alloy/release';
import { standing, type Owner } from '../../fence';
import type { Deployment } from '../../json';
import { canaryName } from '../../revision';
import { markStanding } from '../../routers/mark-standing';
import { switchMarkOf } from '../../routers/service-selector/mark';
import { canarySelector, selectorIn } from '../../routers/service-selector/selectors';
import type { FoundSwitch } from '../../routers/service-selector/switch';
import { selects } from '../../selects';
import { keyOf } from '../../with-owner';
import { canaryLabel } from '../route/canary-label';
import { refusal } from '../route/choose-traffic';
import type { FoundTraffic } from '../route/find-traffic';

export interface SwitchQuestion {
  /** The workload's Deployment of the bundle, and the live one. */
  readonly deployment: Deployment;
  readonly web: Deployment | null;
  readonly objects: readonly KubeObject[];
  readonly policy: PlannedPolicy['blueGreen'];
  readonly owner: Owner;
  /** All Deployments of the namespace. */
  readonly deployments: readonly Deployment[];
}

export interface SwitchChoice extends SwitchQuestion {
  /** The live Services and NetworkPolicies of the namespace. */
  readonly services: readonly KubeObject[];
  readonly policies: readonly KubeObject[];
}

const MAX_NAME = 63;

const labelsOf = ({ spec }: Deployment): Readonly<Record<string, string>> => spec.template.metadata?.labels ?? {};
const serviceNamed = (services: readonly KubeObject[], name: string): KubeObject | undefined =>
  services.find(({ metadata }) => metadata.name === name);

/** The Service with its own selector, also while a release has switched it. */
const withOwnSelector = (service: KubeObject): KubeObject => {
  const mark = switchMarkOf(service);
  return mark ? { ...service, spec: { ...(service['spec'] as object), selector: mark.selector } } : service;
};

/** The Services as the release will find them: those of the bundle only if they do not exist yet. */
function servicesOf({ services, objects }: SwitchChoice): readonly KubeObject[] {
  const made = objects.filter(({ kind, metadata }) => kind === 'Service' && !serviceNamed(services, metadata.name));
  return [...services.map(withOwnSelector), ...made];
}

/** Chooses the active and the preview Service of the workload, or says why there is none. Pure. */
export function chooseSwitch(choice: SwitchChoice): FoundTraffic {
  const { deployment, policies, owner } = choice;
  const services = servicesOf(choice);
  const active = activeOf(choice, services);
  if ('refusal' in active) return active;
  const preview = previewOf(choice, services, active.service);
  if ('refusal' in preview) return preview;
  const { name } = active.service.metadata;
  if (markStanding(switchMarkOf(active.service), owner.fence) === 'foreign') {
    return refusal('foreign_owner', `another installation of Alloy switches Service ${name}`);
  }
  const label = canaryLabel(active.service, { deployment, policies, objects: services });
  if ('refusal' in label) return refusal('service_unsuitable', label.refusal.text);
  const selector = selectorIn(active.service);
  const traffic: FoundSwitch = { service: name, canaryService: preview.name, label, selector, ...preview.own };
  return strangers(choice, traffic) ?? { traffic };
}

type Refused = Extract<FoundTraffic, { readonly refusal: unknown }>;

function activeOf(choice: SwitchChoice, services: readonly KubeObject[]): { readonly service: KubeObject } | Refused {
  const { deployment, web, policy: { activeService: named, previewService } = {} } = choice;
  const workload = `Deployment ${deployment.metadata.name}`;
  const labels = labelsOf(web ?? deployment);
  const isInFront = (service: KubeObject): boolean => selects({ matchLabels: selectorIn(service) }, labels);
  const found = named === undefined ? undefined : serviceNamed(services, named);
  if (named !== undefined && !found) return notNamed(named, 'activeService');
  if (found && !isInFront(found)) return refusal('service_unsuitable', `Service ${named} selects no pods of ${workload}`);
  const candidates = found ? [found] : services.filter(isInFront).filter(({ metadata }) => metadata.name !== previewService);
  const [service, ...others] = candidates;
  if (!service) return refusal('service_not_found', `no Service of the namespace selects the pods of ${workload}`);
  if (others.length > 0) {
    const names = candidates.map(({ metadata }) => metadata.name).join(', ');
    return refusal('service_ambiguous', `several Services select the pods of ${workload}: ${names}; name one in blueGreen.activeService`);
  }
  if (selects({ matchLabels: selectorIn(service) }, labelsOf(deployment))) return { service };
  const text = `Service ${service.metadata.name} does not select the pods of the new version: they lack labels of its selector`;
  return refusal('service_unsuitable', text);
}

const notNamed = (name: string, key: 'activeService' | 'previewService'): Refused =>
  refusal('service_not_found', `there is no Service ${name}, which blueGreen.${key} names`);

interface Preview {
  readonly name: string;
  /** The selector of a Service of the user's. */
  readonly own: Pick<SwitchTraffic, 'previewSelector'>;
}

function previewOf(
  { deployment, policy: { previewService: named } = {}, owner, services: live, objects }: SwitchChoice,
  services: readonly KubeObject[], { metadata: { name: active } }: KubeObject,
): Preview | Refused {
  if (named === active) return refusal('service_unsuitable', `Service ${active} can't be the active and the preview Service`);
  if (named !== undefined) {
    const found = serviceNamed(services, named);
    if (!found) return notNamed(named, 'previewService');
    const previewSelector = selectorIn(found);
    if (selects({ matchLabels: previewSelector }, labelsOf(deployment))) return { name: named, own: { previewSelector } };
    return refusal('service_unsuitable', `Service ${named} selects other pods than those of Deployment ${deployment.metadata.name}`);
  }
  const name = `${active}-preview`;
  if (name.length > MAX_NAME) {
    return refusal('service_unsuitable', `the name of Service ${active} is too long for that of a preview Service`);
  }
  const taken = serviceNamed(live, name);
  const isTaken = taken && ['unowned', 'foreign'].includes(standing(taken, owner));
  if (isTaken || objects.some((object) => keyOf(object) === `Service/${name}`)) {
    const text = `Service ${name} exists, and this project of Alloy has not made it: name it in blueGreen.previewService to use it`;
    return refusal('foreign_owner', text);
  }
  return { name, own: {} };
}

/** Pods of another Deployment that the switched Service would select, too. */
function strangers({ deployments, deployment: { metadata: { name } } }: SwitchChoice, traffic: FoundSwitch): Refused | undefined {
  const selector = { matchLabels: canarySelector(traffic) };
  const found = deployments.find((one) => one.metadata.name !== canaryName(name) && selects(selector, labelsOf(one)));
  if (!found) return undefined;
  const text = `the pods of Deployment ${found.metadata.name} have the label ${traffic.label.name}=${traffic.label.value}, which the new pods need`;
  return refusal('service_unsuitable', text);
}
