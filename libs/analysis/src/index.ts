export * from './verdict';
export * from './judge';
export * from './judge-health';
export * from './increase';
export * from './prometheus';
export * from './parse-request-counts';
