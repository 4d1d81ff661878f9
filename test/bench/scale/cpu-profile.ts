import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@alloy/embedded';

/** A CPU profile in the format of V8's inspector. Times in µs. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Environment of a process that can be profiled: on SIGUSR1 its inspector listens on a free port. */
export const profilable: Readonly<Record<string, string>> = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

export interface SelfTime {
  readonly name: string;
  /** File and line. */
  readonly place: string;
  /** Share of the time of the profile, 0 to 1. */
  readonly share: number;
}

const IDLE = '(idle)';
const SAMPLING_US = 1_000;

/** The self time of each function, longest first, without idle time. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): readonly SelfTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const whole = timeDeltas.reduce((sum, one) => sum + one, 0);
  const spent = new Map<string, SelfTime>();
  samples.forEach((id, i) => {
    const { functionName, url, lineNumber } = frames.get(id)!;
    if (functionName === IDLE) return;
    const [name, place] = [functionName || '(anonymous)', url === '' ? '' : `${basename(url)}:${lineNumber + 1}`];
    const key = `${name} ${place}`;
    spent.set(key, { name, place, share: (spent.get(key)?.share ?? 0) + timeDeltas[i]! / whole });
  });
  return [...spent.values()].toSorted((a, b) => b.share - a.share);
}

/**
 * Profiles a running process that was started with `profilable`. Its inspector stays open, on loopback.
 * `log`: the file of its stderr, which contains the address of the inspector.
 */
export async function profileOf(pid: number, log: string, seconds: number): Promise<CpuProfile> {
  const inspector = await Inspector.open(pid, log);
  try {
    await inspector.send('Profiler.enable');
    await inspector.send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await inspector.send('Profiler.start');
    await delay(seconds * 1_000);
    const { profile } = (await inspector.send('Profiler.stop')) as { readonly profile: CpuProfile };
    return profile;
  } finally {
    inspector.close();
  }
}

interface InspectorResponse {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A client of the Chrome DevTools protocol. */
class Inspector {
  private lastId = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async open(pid: number, log: string): Promise<Inspector> {
    const size = statSync(log).size;
    process.kill(pid, 'SIGUSR1');
    const url = await until(() => /Debugger listening on (ws:\S+)/.exec(readFileSync(log).subarray(size).toString('utf8'))?.[1]);
    if (url === undefined) throw new Error(`the inspector of process ${pid} did not open, see ${log}`);
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  send(method: string, params: object = {}): Promise<unknown> {
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      const receive = ({ data }: MessageEvent): void => {
        const response = JSON.parse(data as string) as InspectorResponse;
        if (response.id !== id) return;
        this.socket.removeEventListener('message', receive);
        if (response.error) reject(new Error(`${method}: ${response.error.message}`));
        else resolve(response.result);
      };
      this.socket.addEventListener('message', receive);
      this.socket.addEventListener('close', () => reject(new Error(`${method}: the process has closed its inspector`)), { once: true });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.socket.close();
  }
}
