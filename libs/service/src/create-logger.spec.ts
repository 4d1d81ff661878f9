import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, stdoutOrPretty } from './create-logger';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The output of a logger on a service's standard output. */
function written(isTTY: boolean): string {
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  const logger = createLogger({ service: 'ingest', level: 'info', destination: stdoutOrPretty({ isTTY, fd }) });
  logger.info({ release: 'R1', password: 'hunter22', text: 'a\r\n\u001b[31mred' }, 'taken in');
  closeSync(fd);
  return readFileSync(path, 'utf8');
}

it('writes JSON lines to an output that is not a terminal', () => {
  const [line, ...more] = written(false).split('\n');
  expect(more).toEqual(['']);
  expect(JSON.parse(line!)).toMatchObject({
    level: 'info', service: 'ingest', release: 'R1', msg: 'taken in',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(line).not.toContain('hunter22');
});

it('writes readable, redacted lines to a terminal: time, level, message, then the other fields', () => {
  const text = written(true);
  const [first, ...rest] = text.split('\n');
  expect(() => JSON.parse(first!) as unknown).toThrow();
  expect(first!.replaceAll(/\u001b\[\d+m/g, '')).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: taken in$/);
  expect(rest.join('\n')).toContain('release: "R1"');
  expect(text).not.toContain('hunter22');
  expect(text).not.toContain('\u001b[31mred');
});
