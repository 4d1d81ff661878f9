import { parseAllDocuments, type Document, type Tags } from 'yaml';
import { at, done, invalid, refuse, type Finding, type Result } from './finding';
import { nestsTooDeep, runsTooLong } from './yaml-scan';
import { YamlSize, type YamlFault } from './yaml-size';

export const MAX_DEPTH = 64;
const MAX_DOCUMENTS = 200;
/** Types that go-yaml, and therefore kubectl, does not have: base 60, dates, and YAML 1.1's rare collections. */
const UNKNOWN_TO_KUBECTL: ReadonlySet<string> = new Set(
  ['timestamp', 'binary', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`),
);

/**
 * Every document of a YAML text as kubectl reads it, without empty ones. Refuses bombs, custom tags and duplicate keys.
 */
export function parseYaml(text: string, pointer: string): Result<readonly unknown[]> {
  if (nestsTooDeep(text) || runsTooLong(text)) return refuse(tooDeep(pointer));
  if ((text.match(/^---/gm)?.length ?? 0) > MAX_DOCUMENTS)
    return refuse(invalid('too_large', pointer, `The file has more than ${MAX_DOCUMENTS} documents.`));
  try {
    return read(text, pointer);
  } catch (error) {
    return refuse(error instanceof RangeError ? tooDeep(pointer) : notYaml(pointer));
  }
}

function read(text: string, pointer: string): Result<readonly unknown[]> {
  // The library checks duplicate keys and positions in quadratic time; YamlSize does so in linear time.
  const parsed = parseAllDocuments(text, {
    version: '1.1', customTags: asKubectl, uniqueKeys: false, logLevel: 'silent', prettyErrors: false,
  });
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  const findings = documents.flatMap((document, i) => faults(document, at(pointer, i)));
  if (findings.length > 0) return refuse(...findings);
  const values = documents
    .map((document) => document.toJS({ maxAliasCount: -1 }) as unknown)
    .filter((value) => value !== null && value !== undefined);
  return values.length > 0 ? done(values) : refuse(invalid('empty_manifest', pointer, 'The file contains no object.'));
}

const asKubectl = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (!UNKNOWN_TO_KUBECTL.has(tag.tag) && !('format' in tag && tag.format === 'TIME')));

function faults(document: Document.Parsed, pointer: string): Finding[] {
  const [first] = [...document.errors, ...document.warnings];
  if (first)
    return [first.code === 'TAG_RESOLVE_FAILED' ? invalid('custom_tag', pointer, 'Custom YAML tags are not supported.') : notYaml(pointer)];
  const fault = new YamlSize(MAX_DEPTH).faultOf(document.contents);
  return fault ? [describe(fault, pointer)] : [];
}

function describe(fault: YamlFault, pointer: string): Finding {
  switch (fault) {
    case 'cycle':
      return invalid('too_many_aliases', pointer, 'An alias is inside its own anchor.');
    case 'aliases':
      return invalid('too_many_aliases', pointer, 'The document has too many aliases, or grows too large when they are resolved.');
    case 'deep':
      return tooDeep(pointer);
    case 'key':
      return invalid('wrong_type', pointer, 'YAML parses a key as a boolean or as null: put it in quotes.');
    case 'duplicate':
      return invalid('duplicate_key', pointer, 'A mapping contains a key twice.');
  }
}

const tooDeep = (pointer: string): Finding => invalid('too_deep', pointer, `The file nests deeper than ${MAX_DEPTH} levels.`);
const notYaml = (pointer: string): Finding => invalid('bad_yaml', pointer, 'The file is not well-formed YAML.');
