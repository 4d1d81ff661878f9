export * from './testing/scenario';
export * from './testing/facts';
export * from './testing/fixtures';
export * from './testing/happy-path';
export { specKinds } from './step-kinds/registry';
