import { constructFromEvents, EVENT_ID, YAMLException, type Event } from 'js-yaml';
import { collectionKeyOf } from './collection-key';
import { at, done, invalid, refuse, type Finding, type FindingCode, type Result } from './finding';
import { kubectlSchema, NOT_A_NAME } from './kubectl-schema';
import { causeOf, TAB } from './yaml-causes';
import { documentStarts, NotYaml, parseDocument } from './yaml-document';
import { lineStart, placeAt } from './yaml-place';
import { MAX_DEPTH, sizeFaultOf, type SizeFault } from './yaml-size';

const MAX_DOCUMENTS = 1_000;
const NOT_RENDERED = 'a template ({{ … }}) was not rendered';

/**
 * Every document of a YAML text as kubectl reads it, without empty ones. Refuses bombs, custom tags and duplicate keys;
 * a refusal has the line and the column in the text.
 */
export function parseYaml(text: string, pointer: string): Result<readonly unknown[]> {
  const starts = documentStarts(text, MAX_DOCUMENTS + 1);
  if (starts.length > MAX_DOCUMENTS) return refuse(invalid('too_large', pointer, `The file has more than ${MAX_DOCUMENTS} documents.`));
  const values: unknown[] = [];
  const findings: Finding[] = [];
  for (const [i, start] of starts.entries()) {
    try {
      values.push(...read(text.slice(start, starts[i + 1]), start));
    } catch (error) {
      findings.push(findingOf(error, text, at(pointer, values.length + findings.length)));
    }
  }
  if (findings.length > 0) return refuse(...findings);
  return values.length > 0 ? done(values) : refuse(invalid('empty_manifest', pointer, 'The file contains no object.'));
}

function read(part: string, start: number): readonly unknown[] {
  const { source, events, offsetOf } = parseDocument(part, start);
  const directive = events.some(isOtherVersion);
  if (directive) throw new Refused('bad_yaml', 'the directive %YAML must be 1.1, as for kubectl', start + part.search(/^%YAML/m));
  const size = sizeFaultOf(events, source);
  if (size) throw new Refused(...sizeCauses[size.fault], offsetOf(size.offset));
  const key = collectionKeyOf(events);
  if (key !== undefined && source.startsWith('{{', key - 1)) throw new Refused('unreplaced_variable', NOT_RENDERED, offsetOf(key - 1));
  if (key !== undefined) throw new NotYaml(NOT_A_NAME, offsetOf(key));
  try {
    return constructFromEvents([...events], { source, schema: kubectlSchema }).filter((value) => value !== null && value !== undefined);
  } catch (error) {
    if (!(error instanceof YAMLException) || !error.mark) throw error;
    throw new NotYaml(error.reason, offsetOf(error.mark.position));
  }
}

const isOtherVersion = (event: Event): boolean =>
  event.type === EVENT_ID.DOCUMENT && event.directives.some((one) => one.kind === 'yaml' && one.version !== '1.1');

class Refused extends Error {
  constructor(readonly code: FindingCode, readonly why: string, readonly offset: number) {
    super(why);
  }
}

const tooDeep = ['too_deep', `the document nests deeper than ${MAX_DEPTH} levels`] as const;
const sizeCauses: Readonly<Record<SizeFault, readonly [FindingCode, string]>> = {
  cycle: ['too_many_aliases', 'this alias is inside its own anchor'],
  aliases: ['too_many_aliases', 'the document has too many aliases, or grows too large when they are resolved'],
  deep: tooDeep,
  large: ['too_large', 'the document has too many values'],
};

function findingOf(error: unknown, text: string, pointer: string): Finding {
  if (error instanceof Refused) return findingAt(text, error.offset, pointer, error.code, error.why);
  if (!(error instanceof NotYaml)) return invalid('bad_yaml', pointer, 'The file is not well-formed YAML.');
  const { reason, offset } = error;
  if (reason.startsWith('nesting exceeded')) return findingAt(text, offset, pointer, ...tooDeep);
  const line = lineStart(text, offset);
  const tab = /^ *(?:- *)*\t[ \t]*/.exec(text.slice(line, offset));
  if (tab && /^(?:bad indentation|end of the stream or)/.test(reason))
    return findingAt(text, line + tab[0].indexOf('\t'), pointer, 'bad_yaml', causeOf(TAB).text);
  const { code, text: cause } = causeOf(reason);
  // A line with `{{` is usually part of a template that was not rendered.
  const hint = /^[^\r\n]*\{\{/.test(text.slice(line)) ? `; ${NOT_RENDERED}` : '';
  return findingAt(text, offset, pointer, code, cause + hint);
}

function findingAt(text: string, offset: number, pointer: string, code: FindingCode, cause: string): Finding {
  const place = placeAt(text, offset);
  return { ...invalid(code, pointer, `Line ${place.line}, column ${place.column}: ${cause}.`), place };
}
