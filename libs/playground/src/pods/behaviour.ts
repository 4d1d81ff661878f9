/** Simulated behaviour of a container. */
export type Behaviour =
  | { readonly kind: 'good' }
  /** Answers 500 to this share of the requests, 0..1. */
  | { readonly kind: 'errors'; readonly rate: number }
  /**
   * Closes the connection of this share of the requests without an answer and without counting them, 0..1, like Go's
   * net/http after a panic.
   */
  | { readonly kind: 'panic'; readonly rate: number }
  /** Adds this many milliseconds to each answer. */
  | { readonly kind: 'latency'; readonly addMs: number }
  /** Exits with code 1 soon after each of its first starts, of which there are `starts`; default: after every start. */
  | { readonly kind: 'crash'; readonly starts?: number }
  /** Runs and never becomes ready. */
  | { readonly kind: 'slow' }
  /** Its image can't be pulled. */
  | { readonly kind: 'nopull' }
  /** Serves correctly, grows, and is killed for its memory. */
  | { readonly kind: 'leak' };

/**
 * Env variable of the container that sets its behaviour in the format of a tag suffix (`errors-20`), and overrides the
 * tag.
 */
export const BEHAVIOUR_VARIABLE = 'PLAYGROUND_BEHAVIOR';

const DEFAULT_ERROR_PERCENT = 20;
const MAX_LATENCY_MS = 60_000;

/**
 * Parses a behaviour from the suffix of an image tag or of the env variable: `-errors[-N]`, `-panic[-N]`,
 * `-latency-Nms`, `-crash[-N]`, `-slow`, `-nopull`, `-leak`; otherwise good.
 */
export const parseBehaviour = (text: string): Behaviour => {
  const ending = `-${text}`;
  const errors = /-errors(?:-(\d{1,3}))?$/.exec(ending);
  if (errors) return { kind: 'errors', rate: Math.min(100, Number(errors[1] ?? DEFAULT_ERROR_PERCENT)) / 100 };
  const panic = /-panic(?:-(\d{1,3}))?$/.exec(ending);
  if (panic) return { kind: 'panic', rate: Math.min(100, Number(panic[1] ?? DEFAULT_ERROR_PERCENT)) / 100 };
  const latency = /-latency-(\d{1,6})ms$/.exec(ending);
  if (latency) return { kind: 'latency', addMs: Math.min(MAX_LATENCY_MS, Number(latency[1])) };
  const crash = /-crash(?:-(\d{1,3}))?$/.exec(ending);
  if (crash) return { kind: 'crash', ...(crash[1] !== undefined && { starts: Number(crash[1]) }) };
  const plain = /-(slow|nopull|leak)$/.exec(ending)?.[1] as 'slow' | 'nopull' | 'leak' | undefined;
  return { kind: plain ?? 'good' };
};

/** Tag of an image reference without its digest; ignores a registry's port; default `latest`. */
export const tagOf = (image: string): string => {
  const name = image.slice(image.lastIndexOf('/') + 1).split('@')[0]!;
  const colon = name.indexOf(':');
  return colon < 0 ? 'latest' : name.slice(colon + 1);
};

export const behaviourOf = (image: string, env: Readonly<Record<string, string>>): Behaviour =>
  parseBehaviour(env[BEHAVIOUR_VARIABLE] ?? tagOf(image));
