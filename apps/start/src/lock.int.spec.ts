import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf } from '@alloy/embedded';
import { takeLock } from './lock';

describe('takeLock', () => {
  let home: string;
  beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'alloy-lock-'))));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('refuses a second supervisor until the first releases the lock', () => {
    const file = join(home, 'lock');
    const unlock = takeLock(file);
    expect(() => takeLock(file)).toThrow(new RegExp(`pid ${process.pid}.*ALLOY_HOME`));
    unlock();
    expect(existsSync(file)).toBe(false);
    takeLock(file)();
    expect(readdirSync(home)).toEqual([]);
  });

  it('takes over the lock of a killed supervisor, even if its pid belongs to another process now', async () => {
    const file = join(home, 'lock');
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    writeFileSync(file, JSON.stringify(identityOf(child.pid!)));
    expect(() => takeLock(file)).toThrow(`pid ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    takeLock(file)();

    writeFileSync(file, JSON.stringify({ ...identityOf(process.pid), startTime: 'another' }));
    takeLock(file)();
    writeFileSync(file, '{"half');
    takeLock(file)();
  });
});
