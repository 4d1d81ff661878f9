export * from './verdict';
export * from './enough-requests';
export * from './judge';
export * from './judge-health';
export * from './increase';
export * from './prometheus';
export { conventions, type Convention } from './metrics-page/conventions';
export type { NamedRequests } from './metrics-page/named-requests';
export * from './metrics-page/read-requests';
