import type { V1Deployment, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { KubeObject } from '@alloy/contracts';

/**
 * A type of client-node as the API server writes it: times are text, as in `Json<V1Pod>['metadata']['creationTimestamp']`, and Alloy changes no object in place.
 * Objects are never converted: fields that the type does not know pass unchanged.
 */
export type Json<T> = T extends Date ? string : T extends object ? { readonly [K in keyof T]: Json<T[K]> } : T;

/** As the API server stores it: with the fields that it requires. */
export type PodTemplate = Json<V1PodTemplateSpec> & { readonly spec: Json<V1PodSpec> };
export type Deployment = KubeObject & Json<V1Deployment> & { readonly spec: { readonly template: PodTemplate } };

export const isDeployment = (object: KubeObject): object is Deployment => object.kind === 'Deployment';
