import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript, shared with the eslint plugin
const { findRetired } = require('../../eslint/find-retired-words.cjs') as {
  findRetired(text: string, options: { allowed: ReadonlySet<string> }): { found: string; instead: string; index: number }[];
};

const root = resolve(__dirname, '../..');

/** Every Markdown file of the repository, by its path, without those of packages, builds and hidden folders. */
function markdownFiles(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(\..*|node_modules|dist|coverage)$/.test(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

const fence = /^[ \t]*(```+|~~~+)[^\n]*\n[^]*?^[ \t]*\1[ \t]*$/gm;
const codeSpan = /(?<!`)(`+)(?!`)(?:(?!\n\n)[^])*?(?<!`)\1(?!`)/g;
const linkTarget = /(?<=\])\([^()\s]*\)|(?<=^\[[^\]]*\]:).*|https?:\/\/[^\s)>]+/gm;

/** The Markdown with code and link targets blanked out: these have names. Every other character keeps its line. */
const prose = (markdown: string) =>
  [fence, codeSpan, linkTarget].reduce((text, pattern) => text.replace(pattern, (code) => code.replace(/[^\n]/g, '`')), markdown);

/** In a test a story is a sequence of releases on an installation. */
const inTests = new Set(['story', 'stories']);

/** A line `FILE:LINE: WORD` for each retired word of the Markdown's prose. */
function retiredWords(file: string, markdown: string): string[] {
  const text = prose(markdown);
  return findRetired(text, { allowed: file.startsWith('test/') ? inTests : new Set() }).map(({ found, instead, index }) => {
    const line = text.slice(0, index).split('\n').length;
    return `${file}:${line}: "${found.replace(/\s+/g, ' ')}" is retired (eslint/retired-words.cjs): use ${instead}.`;
  });
}

describe('the language of Markdown', () => {
  const files = markdownFiles();

  it('is checked in the root, in docs, and beside the code', () => {
    expect(files).toEqual(expect.arrayContaining(['CHANGELOG.md', 'docs/glossary.md', 'apps/cli/README.md']));
  });

  it.each(files)('has no retired words in %s', (file) => {
    expect(retiredWords(file, readFileSync(join(root, file), 'utf8'))).toEqual([]);
  });

  it('reports a retired word with its file, its line and its replacement', () => {
    expect(retiredWords('a.md', '# Title\n\nPlain.\nThe planner tells people.\n')).toEqual([
      expect.stringMatching(/^a\.md:4: "tells" is retired .*: use record, /),
    ]);
  });

  it('reports a phrase that is wrapped, by its first line', () => {
    expect(retiredWords('a.md', 'the way\n  back')).toEqual([expect.stringMatching(/^a\.md:1: "way back" is retired /)]);
  });

  it('reports every use of a word', () => {
    expect(retiredWords('a.md', 'told\n\ntold\n').map((hit) => hit.split(' ')[0])).toEqual(['a.md:1:', 'a.md:3:']);
  });

  it('reports a retired word in the text of a link', () => {
    expect(retiredWords('a.md', '[the story](b.md)')).toHaveLength(1);
  });

  it.each([
    ['a fenced block', 'Text.\n\n```sh\nwake up\n```\n'],
    ['an indented fenced block', '- Text:\n  ~~~~\n  told\n  ~~~\n  told\n  ~~~~\n'],
    ['a code span', 'The subject `alloy.poke` and `the `'],
    ['a code span in two backticks', 'It prints ``told ` told``.'],
    ['the target of a link', '[ADR 29](0029-a-story-goes-on.md), [x](../by/told.md#told)'],
    ['the target of a reference', '[story-free][x]\n\n[x]: docs/told.md\n'],
    ['a URL', '<https://example.com/told>'],
    ['a published name', 'The metric alloy_notification_routes_set_aside counts them.'],
  ])('accepts a retired word in %s', (_place, markdown) => {
    expect(retiredWords('a.md', markdown)).toEqual([]);
  });

  it.each([
    ['a fenced block', '```\ncode\n```\n\nIt tells.\n\n```\ncode\n```\n'],
    ['a code span', '`code` tells `code`'],
    ['a link', '[text](target.md) tells (people)'],
  ])('checks the prose after %s', (_place, markdown) => {
    expect(retiredWords('a.md', markdown)).toHaveLength(1);
  });
});
