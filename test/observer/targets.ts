import type { KubeObject } from '@alloy/contracts';
import type { World } from './revision';

interface Target {
  readonly targetRef?: { readonly name?: string };
  readonly conditions?: { readonly ready?: boolean };
}

export const isTargets = ({ kind }: KubeObject): boolean => kind === 'EndpointSlice';

/** The Service of an EndpointSlice. */
export const serviceOf = ({ metadata }: KubeObject): string => metadata.labels?.['kubernetes.io/service-name'] ?? '';

/** The pods of the ready addresses of a Service, by its EndpointSlices. */
export function targetsOf(world: World, service: string): readonly string[] {
  return [...world.values()]
    .filter((object) => isTargets(object) && serviceOf(object) === service)
    .flatMap((object) => ((object['endpoints'] ?? []) as readonly Target[]).filter(({ conditions }) => conditions?.ready !== false))
    .map(({ targetRef }) => targetRef?.name ?? '');
}
