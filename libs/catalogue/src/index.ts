export * from './catalogue';
export type { ActiveState, NotificationContent } from './entry';
export * from './kubernetes-event';
export { prunePlanText } from './prune-text';
