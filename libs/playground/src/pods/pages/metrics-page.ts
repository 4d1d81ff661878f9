import { MissingConfig } from '../container-env';
import { pageStyles, type PageStyle, type PageStyleName } from './page-styles';
import { RequestCounts } from './request-counts';

/**
 * Env variable of the container that sets how its metrics page counts requests: a name of `pageStyles`, and
 * `-workers-N` for N processes with separate counts behind one port.
 */
export const METRICS_VARIABLE = 'PLAYGROUND_METRICS';

const MAX_WORKERS = 16;
/** Duration of a read of the page, if counted. */
const READ_SECONDS = 0.001;

export interface PageAnswer {
  readonly status: number;
  readonly text: string;
}

/** The metrics page of a container: by default of one process that counts in `http_requests_total`. */
export class MetricsPage {
  private readonly style: PageStyle;
  private readonly workers: readonly RequestCounts[];
  private served = 0;
  private answered = 0;

  /** `startedAt`: seconds since 1970. Throws `MissingConfig` for an unknown style. */
  constructor(setting: string | undefined, startedAt: number) {
    const { name, workers } = parseSetting(setting);
    this.style = pageStyles[name];
    // Workers are forked one after another.
    this.workers = Array.from({ length: workers }, (_, i) => new RequestCounts(startedAt + i / 100));
  }

  get path(): string {
    return this.style.path;
  }

  /** Workers handle requests in turn. */
  observe(code: number, seconds: number): void {
    this.workers[this.served++ % this.workers.length]!.observe(code, seconds);
  }

  /** Workers serve the page in turn as well. `memory` in bytes; `accept`: the request header. */
  answer(memory: number, accept: string | undefined): PageAnswer {
    if (this.style.isPicky && accept !== undefined && !/text\/|\*\/\*/.test(accept)) return { status: 406, text: '' };
    const counts = this.workers[this.answered++ % this.workers.length]!;
    const lines = [
      ...this.style.series(counts),
      '# HELP process_resident_memory_bytes Memory in use.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${Math.round(memory)}`,
      '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.',
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${counts.startedAt}`,
    ];
    if (this.style.countsReads) counts.observe(200, READ_SECONDS);
    return { status: 200, text: `${lines.join('\n')}\n` };
  }
}

function parseSetting(setting = 'default'): { readonly name: PageStyleName; readonly workers: number } {
  const [, style = setting, count = '1'] = /^(.+?)-workers-(\d{1,2})$/.exec(setting) ?? [];
  if (!Object.hasOwn(pageStyles, style))
    throw new MissingConfig(
      `${METRICS_VARIABLE} is ${setting}, and must be one of ${Object.keys(pageStyles).join(', ')}, with -workers-N or without`,
    );
  return { name: style as PageStyleName, workers: Math.min(MAX_WORKERS, Math.max(1, Number(count))) };
}
