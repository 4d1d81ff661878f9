/** Limits how many tasks run at once. */
export class Slots {
  private taken = 0;
  private readonly queue: Array<() => void> = [];
  private idlers: Array<() => void> = [];

  constructor(private readonly size: number) {}

  /** Resolves when there is a free slot, and takes it. */
  async take(): Promise<void> {
    if (this.taken >= this.size) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.taken += 1;
  }

  /** Takes a slot if one is free. */
  tryTake(): boolean {
    if (this.taken >= this.size) return false;
    this.taken += 1;
    return true;
  }

  free(): void {
    this.taken -= 1;
    this.queue.shift()?.();
    if (this.taken === 0) this.idlers.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves once all slots are free. */
  async idle(): Promise<void> {
    if (this.taken > 0) await new Promise<void>((resolve) => this.idlers.push(resolve));
  }
}
