import { anchorOf, report } from './report';
import type { Section } from './section';

const setting = { date: '2026-01-01', machine: '2 cores', load: [0.5, 1.25], seconds: 12.4 } as const;
const section = (title: string, figures: Section['figures']): Section => ({
  title,
  text: 'A text.',
  head: ['', 'ms'],
  rows: [['a', '1']],
  figures,
});

const webhook = section('Webhook: POST → 202', [
  { name: 'p50', value: '6.7 ms', goal: '≤ 2 ×', result: 'missed' },
  { name: 'p99', value: '24 ms', goal: '≤ 3 ×', result: 'reached' },
]);
const memory = section('Memory', [
  { name: 'idle', value: '85 MiB' },
  { name: 'live', value: '–', goal: '≤ 9 MiB', result: 'not measured', section: 'Profile: live' },
]);

describe('the report', () => {
  it('begins with one table of the figures of all sections, each with a link to its section', () => {
    const [, glance] = report([webhook, memory], setting).split(/^## /m);
    expect(glance!.trimEnd().split('\n')).toEqual([
      'At a glance',
      '',
      'Alloy misses 1 of 2 goals.',
      '',
      '| figure | value | goal | result | section |',
      '| --- | --: | --- | --- | --- |',
      '| p50 | 6.7 ms | ≤ 2 × | **missed** | [Webhook: POST → 202](#webhook-post--202) |',
      '| p99 | 24 ms | ≤ 3 × | reached | [Webhook: POST → 202](#webhook-post--202) |',
      '| idle | 85 MiB | – | – | [Memory](#memory) |',
      '| live | – | ≤ 9 MiB | not measured | [Profile: live](#profile-live) |',
    ]);
  });

  it('contains the circumstances of the measurement, and each section with its own table', () => {
    const text = report([webhook, memory], setting);
    expect(text).toContain('Measured on 2026-01-01 in 12 s on 2 cores. Load average 0.5 before and 1.3 after the measurement.');
    expect(text.endsWith('## Memory\n\nA text.\n\n|  | ms |\n| --- | --: |\n| a | 1 |\n')).toBe(true);
  });
});

it.each([
  ['Refill after JetStream’s store was deleted', 'refill-after-jetstreams-store-was-deleted'],
  ['16 writers: appends against bare INSERTs', '16-writers-appends-against-bare-inserts'],
  ['Pod crash → rollback decided', 'pod-crash--rollback-decided'],
])('the anchor of the heading "%s" is the one that GitHub gives it', (heading, anchor) => expect(anchorOf(heading)).toBe(anchor));
