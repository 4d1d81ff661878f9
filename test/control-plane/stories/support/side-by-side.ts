/** More at once would be judged by how busy the machine is. */
const AT_ONCE = 5;
const BOUND_MS = 480_000;

/** Plays stories at the same time, each a test of its own; they begin with the first test. */
export function sideBySide(stories: Readonly<Record<string, () => Promise<void>>>, { atOnce = AT_ONCE } = {}): void {
  let playing: ReadonlyMap<string, Promise<void>> | undefined;
  for (const name of Object.keys(stories)) {
    it(name, async () => {
      playing ??= play(stories, atOnce);
      await playing.get(name);
    }, BOUND_MS);
  }
}

/** In their order; a free place is taken by the next one. */
function play(stories: Readonly<Record<string, () => Promise<void>>>, atOnce: number): ReadonlyMap<string, Promise<void>> {
  const places = Array.from({ length: atOnce }, () => Promise.resolve());
  return new Map(Object.entries(stories).map(([name, story], index) => {
    const mine = (places[index % atOnce] ?? Promise.resolve()).then(story);
    // Told by its own test.
    places[index % atOnce] = mine.catch(() => undefined);
    return [name, mine] as const;
  }));
}
