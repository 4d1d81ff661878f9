/** Tries until `attempt` no longer throws, and gives its result; rejects with its last error after 45 s. */
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
