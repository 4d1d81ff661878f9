/** Ends what the set-up started. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.alloyInfrastructure?.stop();
  globalThis.alloyInfrastructure = undefined;
}
