export * from './events';
export * from './plan';
export * from './policy';
export * from './state';
