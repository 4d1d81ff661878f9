/** Stops the servers of the setup. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.alloyInfrastructure?.stop();
  globalThis.alloyInfrastructure = undefined;
}
