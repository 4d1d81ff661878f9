export * from './document';
export * from './names';
export * from './project-policy';
export * from './policy-levels';
export * from './notification-route';
export * from './notification-template';
export * from './notification-type';
export * from './trust';
