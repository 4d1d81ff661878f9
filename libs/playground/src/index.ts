export { selfSignedCertificate, type AdmissionReview, type Admit, type Certificate, type Denial } from './api';
export * from './start-playground';
export { seededRandom } from './seeded-ids';
export { defaultTimings, type Timings } from './timings';
export { BEHAVIOUR_VARIABLE } from './pods/behaviour';
export { TRAFFIC_ANNOTATION } from './traffic/traffic';
export type { Count, Failure, TrafficReport } from './traffic/traffic-counts';
