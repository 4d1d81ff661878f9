import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@alloy/embedded';

/** A CPU profile as V8's inspector reports it. Times in µs. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Environment of a process that is to be profiled: its inspector listens on a free port once it gets SIGUSR1. */
export const profilable: Readonly<Record<string, string>> = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

export interface SelfTime {
  readonly name: string;
  /** File and line. */
  readonly place: string;
  /** Of the time of the profile, 0 to 1. */
  readonly share: number;
}

const IDLE = '(idle)';
const SAMPLING_US = 1_000;

/** The time spent in each function itself, longest first; without the time in which there was nothing to do. */
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
 * `log`: where its stderr goes, which names the inspector's address.
 */
export async function profileOf(pid: number, log: string, seconds: number): Promise<CpuProfile> {
  const inspector = await Inspector.open(pid, log);
  try {
    await inspector.ask('Profiler.enable');
    await inspector.ask('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await inspector.ask('Profiler.start');
    await delay(seconds * 1_000);
    const { profile } = (await inspector.ask('Profiler.stop')) as { readonly profile: CpuProfile };
    return profile;
  } finally {
    inspector.close();
  }
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A client of the Chrome DevTools protocol. */
class Inspector {
  private asked = 0;

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

  ask(method: string, params: object = {}): Promise<unknown> {
    const id = (this.asked += 1);
    return new Promise((resolve, reject) => {
      const take = ({ data }: MessageEvent): void => {
        const answer = JSON.parse(data as string) as Answer;
        if (answer.id !== id) return;
        this.socket.removeEventListener('message', take);
        if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer.result);
      };
      this.socket.addEventListener('message', take);
      this.socket.addEventListener('close', () => reject(new Error(`${method}: the process has closed its inspector`)), { once: true });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.socket.close();
  }
}
