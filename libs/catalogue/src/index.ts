export * from './catalogue';
export type { ActiveState, NotificationContent } from './entry';
export * from './kubernetes-event';
