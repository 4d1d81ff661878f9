/** The parts of a node that runs pods for another API server. */
export { configOf, containerEnv, type ConfigKind } from './container-env';
export { nodeLabels } from './node-labels';
export { noRoom } from './node-room';
export { VERSION_HEADER, type Listening } from './container-server';
export { PodRunner, type ContainerStatuses } from './pod-runner';
export { isResized, podStatus, type PodNetwork } from './pod-status';
export { Traffic, type TrafficSource } from '../traffic/traffic';
export type { TrafficReport } from '../traffic/traffic-counts';
export type { Container, ContainerStatus, Endpoint, EndpointSlice, Pod, Service } from '../kinds';
export { SERVICE_NAME_LABEL } from '../kinds';
export { defaultTimings, type Timings } from '../timings';
