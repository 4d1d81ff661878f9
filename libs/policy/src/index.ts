export * from './project-policy';
export * from './notification-route';
export * from './notification-template';
export * from './notification-type';
export * from './trust';
