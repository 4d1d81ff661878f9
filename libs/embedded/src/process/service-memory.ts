/**
 * How Node is started for a service of Alloy, which holds little and allocates little: each flag trades some processor
 * time under load for memory (ADR 41). deploy/Dockerfile has the same.
 */
export const serviceNodeFlags: readonly string[] = ['--max-semi-space-size=2', '--expose-gc'];

/**
 * Of glibc's malloc: two arenas instead of eight for each core, and large blocks given back to the system when they are
 * freed. Other systems ignore it.
 */
export const serviceMemoryEnv: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
