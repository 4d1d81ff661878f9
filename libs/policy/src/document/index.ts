export * from './project-document';
export * from './document-schema';
export * from './diff-policies';
export * from './check-document';
export * from './issues-of';
