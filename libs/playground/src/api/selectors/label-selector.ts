import { badRequest } from '../status';

type Labels = Readonly<Record<string, string>>;
interface Requirement {
  readonly key: string;
  readonly operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';
  readonly values: readonly string[];
}
/** A selector in the format of `spec.selector`. */
export interface LabelSelectorObject {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: ReadonlyArray<{
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }>;
}

const keyPattern = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const valuePattern = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Compiles `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2`; throws 400 for anything else. */
export function parseLabelSelector(text: string): (labels?: Labels) => boolean {
  const requirements = splitOutsideParentheses(text).map(parseRequirement);
  return (labels = {}) => requirements.every((each) => holds(each, labels));
}

/** Compiles the object form. */
export function matchLabelSelector(selector: LabelSelectorObject): (labels?: Labels) => boolean {
  const requirements: Requirement[] = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({ key, operator: '=', values: [value] })),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values = [] }): Requirement => ({
      key,
      operator: operators[operator],
      values,
    })),
  ];
  return (labels = {}) => requirements.every((each) => holds(each, labels));
}
const operators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;

/** The object form as text, as in `Scale.status.selector` and in tables. */
export function formatLabelSelector(selector: LabelSelectorObject | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In':
        return `${key} in (${[...values].sort().join(',')})`;
      case 'NotIn':
        return `${key} notin (${[...values].sort().join(',')})`;
      case 'Exists':
        return key;
      case 'DoesNotExist':
        return `!${key}`;
    }
  });
  return [...labels, ...expressions].join(',');
}

function splitOutsideParentheses(text: string): string[] {
  if (text.trim() === '') return [];
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function parseRequirement(text: string): Requirement {
  const part = text.trim();
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part);
  if (set)
    return checked(
      { key: set[1] ?? '', operator: set[2] as 'in' | 'notin', values: (set[3] ?? '').split(',').map((value) => value.trim()) },
      text,
    );
  const compared = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*([^\s=!<>()]*)$/.exec(part);
  if (compared)
    return checked(
      {
        key: compared[1] ?? '',
        operator: (compared[2] === '==' ? '=' : compared[2]) as '=' | '!=' | '>' | '<',
        values: [compared[3] ?? ''],
      },
      text,
    );
  return part.startsWith('!')
    ? checked({ key: part.slice(1).trim(), operator: '!', values: [] }, text)
    : checked({ key: part, operator: 'exists', values: [] }, text);
}

function checked(requirement: Requirement, text: string): Requirement {
  const { key, operator, values } = requirement;
  const numeric = operator === '>' || operator === '<';
  const ok = keyPattern.test(key) && values.every((value) => (numeric ? /^-?\d+$/.test(value) : valuePattern.test(value)));
  if (!ok) throw badRequest(`unable to parse requirement: found '${text.trim()}', expected: a label requirement`);
  return requirement;
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(values[0]);
    case '<':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(values[0]);
  }
}
