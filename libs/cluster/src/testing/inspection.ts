import { inspect, type Inspection, type InspectInput } from '../inspection/inspect';
import type { Deployment } from '../json';
import type { Live, LiveWorkload } from '../live';
import { bundleOf } from './fixtures';

const nothing: Live = { web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null };
const owner = { project: 'shop', environment: 'production', releaseId: 'R1', fence: { installation: 'alloy', slot: 1, version: 0 } };

/** Inspects a release of the fixtures' bundle in the given cluster. */
export const inspection = (live: Partial<Live>, over: Partial<InspectInput> = {}): Inspection =>
  inspect({ bundle: bundleOf('v1'), live: { ...nothing, ...live }, owner, wantsCanary: false, hasStable: false, ...over });

/** A Deployment whose pods are all ready. */
export const running = (object: Deployment, release: string | null = null): LiveWorkload => {
  const pods = object.spec.replicas ?? 1;
  return { object, replicas: pods, pods, ready: pods, draining: 0, byRelease: [{ release, pods, ready: pods }] };
};
