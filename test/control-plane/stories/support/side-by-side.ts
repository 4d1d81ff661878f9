/** With more at once, the load of the machine would decide the results. */
const AT_ONCE = 5;
const BOUND_MS = 480_000;

/** Runs stories at the same time and reports each as a separate test; they start with the first test. */
export function sideBySide(stories: Readonly<Record<string, () => Promise<void>>>, { atOnce = AT_ONCE } = {}): void {
  let running: ReadonlyMap<string, Promise<void>> | undefined;
  for (const name of Object.keys(stories)) {
    it(name, async () => {
      running ??= run(stories, atOnce);
      await running.get(name);
    }, BOUND_MS);
  }
}

/** Starts the stories in their order, on `atOnce` slots. */
function run(stories: Readonly<Record<string, () => Promise<void>>>, atOnce: number): ReadonlyMap<string, Promise<void>> {
  const slots = Array.from({ length: atOnce }, () => Promise.resolve());
  return new Map(Object.entries(stories).map(([name, story], index) => {
    const result = (slots[index % atOnce] ?? Promise.resolve()).then(story);
    // The story's own test reports a failure.
    slots[index % atOnce] = result.catch(() => undefined);
    return [name, result] as const;
  }));
}
