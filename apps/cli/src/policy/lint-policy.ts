import { checkDocument, faultsBy, policySchema, type Policy, type ProjectDocument, type SchemaFault } from '@alloy/policy';
import { parsePositioned, type Fault, type Positioned } from './parse-positioned';

type Written = Readonly<Record<string, unknown>>;
interface Faulty {
  readonly faults: readonly Fault[];
}

export type Linted = { readonly written: Written; readonly policy: Policy } | Faulty;
export type LintedDocument = { readonly written: Written; readonly document: ProjectDocument } | Faulty;

/** Parses a policy in YAML: as written, and with defaults; or returns all errors. */
export function lintPolicy(text: string): Linted {
  const parsed = parsePositioned(text);
  return 'faults' in parsed ? parsed : policyOf(parsed);
}

/** Parses a project's document in YAML: as written, and with defaults; or returns all errors. */
export function lintDocument(text: string): LintedDocument {
  const parsed = parsePositioned(text);
  return 'faults' in parsed ? parsed : documentOf(parsed);
}

/** Parses a project's document, or the policy of one environment: a text without any key of a document. */
export function lintEither(text: string): Linted | LintedDocument {
  const parsed = parsePositioned(text);
  if ('faults' in parsed) return parsed;
  const isDocument = ['apiVersion', 'kind', 'metadata', 'spec'].some((key) => Object.hasOwn(parsed.value, key));
  return isDocument ? documentOf(parsed) : policyOf(parsed);
}

function policyOf(parsed: Positioned): Linted {
  const checked = policySchema.safeParse(parsed.value, { reportInput: true });
  if (checked.success) return { written: parsed.value, policy: checked.data };
  return { faults: located(parsed, faultsBy(policySchema, checked.error)) };
}

function documentOf(parsed: Positioned): LintedDocument {
  const checked = checkDocument(parsed.value);
  return 'faults' in checked ? { faults: located(parsed, checked.faults) } : { written: parsed.value, document: checked.document };
}

/** In the order of the text. */
const located = (parsed: Positioned, faults: readonly SchemaFault[]): readonly Fault[] =>
  faults
    .map(({ code, path, text }) => ({ path: path.join('.'), text, ...parsed.at(path, code.endsWith('_key') ? 'key' : 'value') }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
