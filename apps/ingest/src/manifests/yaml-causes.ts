import { NOT_A_NAME } from './kubectl-schema';
import type { FindingCode } from './finding';

export interface Cause {
  readonly code: FindingCode;
  /** Starts in lower case, without a value of the file. */
  readonly text: string;
}

/** The parser's words for a tab that indents. */
export const TAB = 'tab characters must not be used';

const CUSTOM_TAG = 'custom YAML tags are not supported';
export const UNKNOWN = 'the file is not well-formed YAML';

/** By the start of the parser's reason, which itself may contain values of the file. */
const causes: readonly (readonly [reason: string, text: string, code?: FindingCode])[] = [
  [TAB, 'a tab is used for indentation; YAML allows only spaces there'],
  ['duplicated mapping key', 'the mapping already contains this key', 'duplicate_key'],
  [NOT_A_NAME, 'YAML reads this key as a boolean, as null or as a collection: put it in quotes', 'wrong_type'],
  ['unknown scalar tag', CUSTOM_TAG, 'custom_tag'],
  ['unknown sequence tag', CUSTOM_TAG, 'custom_tag'],
  ['unknown mapping tag', CUSTOM_TAG, 'custom_tag'],
  ['tag name cannot contain', CUSTOM_TAG, 'custom_tag'],
  ['tag suffix cannot contain', CUSTOM_TAG, 'custom_tag'],
  ['named tag handle cannot contain', CUSTOM_TAG, 'custom_tag'],
  ['cannot resolve a node', 'the value does not match its tag, or custom YAML tags are used, which are not supported', 'custom_tag'],
  ['undeclared tag handle', CUSTOM_TAG, 'custom_tag'],
  ['merge keys exceeded', 'the document merges too many keys', 'too_many_aliases'],
  ['abnormal merge sequence', 'the document merges too many mappings at once', 'too_many_aliases'],
  ['unacceptable YAML version', 'the directive %YAML must be 1.1, as for kubectl'],
  ['cannot merge mappings', 'only mappings can be merged with "<<"'],
  ['unidentified alias', 'this alias refers to an anchor that is not defined before it'],
  ['unexpected end of the stream within a flow', 'the file ends, but a bracket or a brace is still open'],
  ['unexpected end of the', 'the file or the document ends, but a quotation mark is still open'],
  ['missed comma', 'a comma is missing between two entries in brackets'],
  ["expected the node content, but found ','", 'an entry before this comma is missing'],
  ['deficient indentation', 'a quotation mark or a bracket before this line is not closed, or the line must be indented more'],
  ['unknown escape', 'this escape sequence is unknown; in double quotes write \\\\ for a backslash'],
  ['expected hexadecimal', 'this escape sequence is incomplete'],
  ['the stream contains non-printable', 'the file contains a control character; in double quotes it can be escaped'],
  ['expected valid JSON character', 'the file contains a control character; in double quotes it can be escaped'],
  ['a whitespace character is expected', 'a space must follow the colon after a key'],
  ["expected ':'", 'a colon is missing after a key'],
  ['can not read a block mapping entry', 'a key is longer than its line, or a colon is missing after it'],
  ['bad indentation of a sequence', 'the indentation does not fit the list before this line'],
  [
    'bad indentation of a mapping',
    'this does not fit the mapping that it is in: check the indentation, and put values with ": ", " #", quotes or brackets in quotes',
  ],
  [
    'end of the stream or a document',
    'this does not belong to what stands before it: check the indentation, and that a space follows each colon',
  ],
  ['a line break is expected', 'the text of a block must start on the line after | or >'],
];

/** What the parser found wrong, in plain words. */
export function causeOf(reason: string): Cause {
  const [, text, code = 'bad_yaml'] = causes.find(([start]) => reason.startsWith(start)) ?? ['', UNKNOWN];
  return { code, text };
}
