/** An HTTP response. */
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked into, not relied on
  readonly json: any;
  readonly text: string;
}
