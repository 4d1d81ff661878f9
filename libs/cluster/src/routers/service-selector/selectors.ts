import type { KubeObject } from '@alloy/contracts';
import type { SwitchTraffic } from '@alloy/release';

export type Selector = Readonly<Record<string, string>>;

export const selectorIn = (service: KubeObject): Selector =>
  (service['spec'] as { readonly selector?: Selector } | undefined)?.selector ?? {};

/**
 * The selector with which the active Service selects the canary's pods. It has the keys of the Service's own selector,
 * so a client that merges its manifest into it gets the own selector, and never a mixture that selects no pods.
 */
export const canarySelector = ({ selector, label }: { readonly selector: Selector } & Pick<SwitchTraffic, 'label'>): Selector =>
  ({ ...selector, [label.name]: label.value });

/** The selector of a preview Service of the user's: its keys that the canary's pods have, with their values. */
export function previewSelectorOf(own: Selector, label: SwitchTraffic['label'], pods: Selector): Selector {
  const shared = Object.keys(own).flatMap((key) => (pods[key] === undefined ? [] : [[key, pods[key]]]));
  return { ...Object.fromEntries(shared), [label.name]: label.value };
}

export const isOnCanary = (service: KubeObject, label: SwitchTraffic['label']): boolean => selectorIn(service)[label.name] === label.value;

/** A merge patch that replaces the selector as a whole. */
export const replacing = (from: Selector, to: Selector): Readonly<Record<string, string | null>> =>
  ({ ...Object.fromEntries(Object.keys(from).filter((key) => to[key] === undefined).map((key) => [key, null])), ...to });

export const isSameSelector = (one: Selector, other: Selector): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([key, value]) => other[key] === value);
