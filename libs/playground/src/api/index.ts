export type { AdmissionReview, Admit, Denial } from './admission-review';
export { startApi } from './start-api';
export type { Address, Api, ApiHooks, ApiOptions, AuditRecord, LogOptions, User } from './api-options';
export { selfSignedCertificate, type Certificate } from './self-signed-certificate';
