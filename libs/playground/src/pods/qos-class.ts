import type { Container, PodSpec } from '../kinds';

const MEASURED = ['cpu', 'memory'] as const;

/**
 * A pod's quality of service by the requests and limits of its containers. Source: Kubernetes, "Pod Quality of Service
 * Classes".
 */
export function qosClassOf({ containers, initContainers = [] }: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all = [...containers, ...initContainers];
  if (all.every(isGuaranteed)) return 'Guaranteed';
  return all.some(asksForSomething) ? 'Burstable' : 'BestEffort';
}

/** A missing request equals the limit. */
const isGuaranteed = ({ resources: { limits, requests } = {} }: Container): boolean =>
  MEASURED.every((name) => limits?.[name] !== undefined && (requests?.[name] ?? limits[name]) === limits[name]);

const asksForSomething = ({ resources: { limits, requests } = {} }: Container): boolean =>
  MEASURED.some((name) => limits?.[name] !== undefined || requests?.[name] !== undefined);
