/** Repeats `attempt` until it does not reject, and returns its result. After 45 s it rejects with the last error. */
export async function settles<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + 45_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
