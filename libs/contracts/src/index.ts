export * from './envelope';
export * from './upcast';
export * from './labels';
export * from './problem';
export * from './services';
export * from './bundle';
export * from './subjects';
export * from './scopes';
