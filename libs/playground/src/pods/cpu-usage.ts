import { quantityOf } from '@alloy/contracts';

/**
 * Env variable of a container: the CPU that it uses, such as `20m` for each request per second, or `20m+100m` with what
 * it uses while idle.
 */
export const CPU_VARIABLE = 'PLAYGROUND_CPU';

/** In cores. */
export interface CpuCost {
  readonly perRequest: number;
  readonly idle: number;
}

const DEFAULT: CpuCost = { perRequest: 0.01, idle: 0 };

/** Default: 10m for each request per second. Values that are no quantities count as the default. */
export function cpuCostOf(env: Readonly<Record<string, string>>): CpuCost {
  const [perRequest, idle] = (env[CPU_VARIABLE] ?? '').split('+').map((text) => (text === '' ? Number.NaN : quantityOf(text)));
  if (perRequest === undefined || Number.isNaN(perRequest)) return DEFAULT;
  return { perRequest, idle: idle === undefined || Number.isNaN(idle) ? 0 : idle };
}
