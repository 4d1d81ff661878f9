export * from './project-document';
export * from './document-schema';
export * from './check-document';
