import type { V1Deployment, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { KubeObject } from '@alloy/contracts';

/**
 * A type of client-node in the form in which the API server sends it: times are strings, e.g.
 * `Json<V1Pod>['metadata']['creationTimestamp']`, and all fields are readonly. Objects are never converted, so fields
 * that the type does not have are preserved.
 */
export type Json<T> = T extends Date ? string : T extends object ? { readonly [K in keyof T]: Json<T[K]> } : T;

/** A pod template as the API server stores it, with its required fields. */
export type PodTemplate = Json<V1PodTemplateSpec> & { readonly spec: Json<V1PodSpec> };
export type Deployment = KubeObject & Json<V1Deployment> & { readonly spec: { readonly template: PodTemplate } };

export const isDeployment = (object: KubeObject): object is Deployment => object.kind === 'Deployment';
