import { colors } from '../output/colors';
import { auditLines } from './audit-lines';
import { checkLines } from './check-lines';

const color = colors(true);
const report = { ok: true, events: 1, streams: 1, checkpoints: 1, signedUpTo: 1, findings: [], foundInAll: 0 } as const;
const finding = { code: 'edited', stream: 'release-1', version: 2, seq: 2, detail: 'by \u001b[2Jsomebody' } as const;

it('auditLines are coloured, and control characters in findings are escaped', () => {
  expect(auditLines(report, color)).toEqual([
    '1 event of 1 stream hashed again; 1 of them signed, by 1 checkpoint',
    color.green('no findings'),
  ]);
  expect(auditLines({ ...report, ok: false, events: 2, checkpoints: 0, findings: [finding], foundInAll: 2 }, color).slice(1)).toEqual([
    color.red('2 broken'),
    `  ${'edited'.padEnd(22)} by \\u001b[2Jsomebody`,
    '  and 1 more',
  ]);
});

it('checkLines are coloured, and control characters are escaped', () => {
  expect(checkLines('01R\u001b[2J', { decisions: 1, deviations: [], late: [] }, color)).toEqual([
    `release 01R\\u001b[2J: 1 decision made again, ${color.green('all as recorded')}`,
  ]);
});
