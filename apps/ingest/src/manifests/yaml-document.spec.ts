import { documentStarts, NotYaml, parseDocument } from './yaml-document';

const errorOf = (text: string): NotYaml => {
  try {
    parseDocument(text, 0);
  } catch (error) {
    return error as NotYaml;
  }
  throw new Error('it was parsed');
};

it('finds the separators of documents, but not in values, and not behind a directive', () => {
  expect(documentStarts('a: 1\n---\nb: ---\n--- c\r\n---\n----\n', 10)).toEqual([0, 5, 16, 23]);
  expect(documentStarts('---\na: 1', 10)).toEqual([0]);
  expect(documentStarts('a: |\n  ---\n  x', 10)).toEqual([0]);
  expect(documentStarts('%YAML 1.1\n---\na: 1\n---\nb: 1', 10)).toEqual([0]);
  expect(documentStarts('---\n'.repeat(100), 10)).toHaveLength(10);
});

it.each([
  ['a closing bracket at the indentation of its key', 'args: [\n  a\n]\nb: 1'],
  ['a closing brace at the indentation of its key', 'a:\n  b: {\n    c: 1\n  }\n  d: 1'],
  ['entries at the indentation of their key', 'args: [\na,\nb\n]\nb: 1'],
  ['JSON that is indented by tabs', 'a: {\n\t"b": [\n\t\t1\n\t]\n}'],
  ['a tab after a colon in braces', 'a: {b:\t1}'],
  ['a tab before braces', 'a:\t{b: 1}'],
  ['a text in quotes at the indentation of its key', 'a: "b\nc"'],
])('parses %s, as kubectl does', (_what, text) => expect(parseDocument(text, 0).events.length).toBeGreaterThan(0));

it('refers to the original text after an indented line', () => {
  const text = 'a: [\n1\n]\nb: c: d\n';
  expect(errorOf(text).offset).toBe(text.indexOf(': d'));
  expect(errorOf(`x: [\n1\n]\n${text}`).offset).toBe(9 + text.indexOf(': d'));
});

it.each([
  ['quotation mark', 'a: "b\nc: 1\nd: 2\n', 'c'],
  ['bracket', 'x: [\n  1\n]\na: [b\nc: 1\nd: 2\n', 'c'],
])('reports the first key after a %s that is never closed', (_what, text, key) => {
  expect(errorOf(text)).toMatchObject({ reason: 'deficient indentation', offset: text.indexOf(key) });
});

it('reports the end of the content if something is open there', () => {
  expect(errorOf('a: [b\n\n\n').offset).toBe('a: [b'.length);
});
