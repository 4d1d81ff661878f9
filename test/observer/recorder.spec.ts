import { PassThrough } from 'node:stream';
import type { KubeObject } from '@alloy/contracts';
import type { ClusterApi } from '../support/cluster-api';
import { eventually } from '../support/eventually';
import { Recorder } from './recorder';
import { lastWorld, replay } from './revision';

const pod = (name: string, version: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, resourceVersion: String(version) },
});

/** An API server that serves only pods, with watches that the test controls. */
class FakeApi {
  items: readonly KubeObject[] = [];
  at = 1;
  /** That many watches get 410. */
  forgets = 0;
  readonly askedFrom: string[] = [];
  private readonly open_: PassThrough[] = [];

  send({ path }: { readonly path: string }): Promise<{ readonly status: number; readonly body: string }> {
    if (!path.endsWith('/pods')) return Promise.resolve({ status: 404, body: '' });
    return Promise.resolve({
      status: 200,
      body: JSON.stringify({
        metadata: { resourceVersion: String(this.at) },
        items: this.items.map(({ apiVersion: _, kind: __, ...item }) => item),
      }),
    });
  }

  open({ path }: { readonly path: string }, signal: AbortSignal): Promise<PassThrough> {
    this.askedFrom.push(/resourceVersion=(\d+)/.exec(path)![1]!);
    const answer = Object.assign(new PassThrough(), { statusCode: this.forgets > 0 ? 410 : 200 });
    this.forgets = Math.max(0, this.forgets - 1);
    signal.addEventListener('abort', () => answer.destroy());
    this.open_.push(answer);
    return Promise.resolve(answer);
  }

  report(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    this.open_.at(-1)!.write(`${JSON.stringify({ type, object })}\n`);
  }

  cut(): void {
    this.open_.at(-1)!.destroy(new Error('reset'));
  }
}

describe('the recorder', () => {
  let api: FakeApi;
  let recorder: Recorder;
  beforeEach(async () => {
    api = new FakeApi();
    api.items = [pod('a', 1)];
    recorder = await Recorder.start(api as unknown as ClusterApi, 'shop');
    await eventually(() => expect(api.askedFrom).toEqual(['1']));
  });
  afterEach(() => recorder.stop());
  const reported = (): readonly string[] => recorder.revisions.map(({ type, at, object }) => `${type} ${object.metadata.name} ${at}`);
  const live = (): readonly string[] => [...lastWorld(replay(recorder.revisions)).keys()];

  it('records the initial list and every revision, and continues at the position of an interrupted watch', async () => {
    api.report('MODIFIED', pod('a', 2));
    await eventually(() => expect(reported()).toEqual(['stored a 1', 'stored a 2']));
    api.cut();
    await eventually(() => expect(api.askedFrom).toEqual(['1', '2']));
    api.report('DELETED', pod('a', 3));
    await eventually(() => expect(reported()).toEqual(['stored a 1', 'stored a 2', 'deleted a 3']));
    expect([live(), recorder.gaps]).toEqual([[], []]);
  });

  it('reports a gap if the server no longer has the revisions after the last watch', async () => {
    api.forgets = 1;
    [api.items, api.at] = [[pod('b', 7)], 9];
    api.cut();
    await eventually(() => expect(api.askedFrom).toEqual(['1', '1', '9']));
    expect(recorder.gaps).toEqual([{ kind: 'Pod', from: 1, to: 9 }]);
    expect(live()).toEqual(['Pod/b']);
  });

  it('reports one gap if the server also loses the revisions after the new list', async () => {
    api.forgets = 2;
    [api.items, api.at] = [[pod('b', 7)], 9];
    api.cut();
    await eventually(() => expect(api.askedFrom).toEqual(['1', '1', '9', '9']));
    expect(recorder.gaps).toEqual([{ kind: 'Pod', from: 1, to: 9 }]);
    api.forgets = 1;
    api.report('MODIFIED', pod('b', 10));
    await eventually(() => expect(reported()).toContain('stored b 10'));
    api.at = 12;
    api.cut();
    await eventually(() => expect(api.askedFrom.slice(4)).toEqual(['10', '12']));
    expect(recorder.gaps).toEqual([{ kind: 'Pod', from: 1, to: 9 }, { kind: 'Pod', from: 10, to: 12 }]);
  });

  it('settles only when its watches have reported exactly the live objects', async () => {
    await recorder.settle();
    api.items = [pod('a', 2)];
    await expect(recorder.settle(50)).rejects.toThrow('do not match the live objects: Pod/a 2, Pod/a 1');
    api.report('MODIFIED', pod('a', 2));
    await recorder.settle();
    api.items = [];
    await expect(recorder.settle(50)).rejects.toThrow('Pod/a 2');
  });
});
