import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim, disown, PREFIX, removeAbandoned } from './run-folder';

describe('the folder of a run', () => {
  let parent: string;
  beforeEach(() => void (parent = mkdtempSync(join(tmpdir(), 'alloy-runs-'))));
  afterEach(() => rmSync(parent, { recursive: true }));

  const made = (name: string, pid?: number): string => {
    const dir = join(parent, name);
    mkdirSync(join(dir, 'etcd'), { recursive: true });
    if (pid !== undefined) claim(dir, pid);
    return dir;
  };
  /** Changes the recorded owner, as if it had been another process. */
  const change = (dir: string, change: object): void =>
    writeFileSync(join(dir, 'owner.json'), JSON.stringify({ ...JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8')), ...change }));

  it('is removed by a later run if its owner has ended, and only then', () => {
    made(`${PREFIX}living`, process.pid);
    change(made(`${PREFIX}dead`, process.pid), { startTime: 'long ago' });
    change(made(`${PREFIX}gone`, process.pid), { pid: spawnSync('true').pid });
    change(made(`${PREFIX}unseen`, process.pid), { startTime: 'long ago', namespace: 'another' });
    made(`${PREFIX}new`);
    made('another-program', process.pid);
    disown(made(`${PREFIX}kept`, process.pid));
    removeAbandoned(parent);
    expect(readdirSync(parent).sort()).toEqual([`${PREFIX}kept`, `${PREFIX}living`, `${PREFIX}new`, `${PREFIX}unseen`, 'another-program']);
  });
});
