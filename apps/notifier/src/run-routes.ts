import type { Route } from './route';

/** Runs every route; one that fails holds up no other. Rejects with the first failure, once all have ended. */
export async function runRoutes(routes: readonly Route[]): Promise<void> {
  const results = await Promise.allSettled(routes.map((route) => route.run()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
