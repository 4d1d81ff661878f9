import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conventions } from './conventions';
import { readRequests } from './read-requests';

const folder = join(__dirname, '../../../../test/metrics-pages');
interface Right {
  readonly page: string;
  readonly isPartial?: boolean;
  readonly series: string | null;
  readonly requests: number | null;
  readonly errors: number | null;
}
const pages = JSON.parse(readFileSync(join(folder, 'right.json'), 'utf8')) as readonly Right[];
const read = (page: string) => readRequests(readFileSync(join(folder, `${page}.txt`), 'utf8'));

describe('the metrics pages of real frameworks', () => {
  it('are all listed in right.json', () => {
    expect(readdirSync(folder).filter((file) => file.endsWith('.txt')).sort()).toEqual(pages.map(({ page }) => `${page}.txt`).sort());
  });

  it.each(pages.filter(({ series, isPartial }) => series !== null && !isPartial))(
    'are read correctly: $page',
    ({ page, series, requests, errors }) => {
      expect(read(page)).toMatchObject({ kind: 'counts', metric: series, requests, errors });
    },
  );

  it('contain one of three workers if gunicorn serves a page per worker', () => {
    expect(read('gunicorn-27.0.1-3-workers')).toMatchObject({
      kind: 'counts', requests: 4, errors: 3,
      processStartTime: expect.any(Number),
    });
  });

  it('have no series if the app registered none', () => {
    expect(read('nestjs-prometheus-6.1.1')).toMatchObject({
      kind: 'noSeries',
      notRead: [{ metric: 'nodejs_active_requests_total', why: 'it is a gauge' }],
    });
  });
});

describe('conventions', () => {
  it('have unique ids', () => expect(new Set(conventions.map(({ id }) => id)).size).toBe(conventions.length));
});

describe('docs/guides/which-metrics-are-read.md', () => {
  const guide = join(__dirname, '../../../../docs/guides/which-metrics-are-read.md');

  it('has the table of conventions (ALLOY_WRITE_DOCS=1 writes it)', () => {
    const text = readFileSync(guide, 'utf8');
    const written = text.replace(
      /(<!-- conventions -->\n)[^]*(<!-- \/conventions -->)/,
      (_, before: string, after: string) => `${before}\n${table()}\n\n${after}`,
    );
    if (process.env['ALLOY_WRITE_DOCS']) writeFileSync(guide, written);
    expect(readFileSync(guide, 'utf8')).toBe(written);
  });
});

function table(): string {
  const rows = conventions.map(
    ({ id, series, statusLabels, writtenBy }) =>
      `| \`${id}\` | \`${series.replaceAll('|', '\\|')}\` | ${statusLabels.map((label) => `\`${label}\``).join(', ')} | ${writtenBy} |`,
  );
  return ['| Row | Series | Status label | Written by |', '|---|---|---|---|', ...rows].join('\n');
}
