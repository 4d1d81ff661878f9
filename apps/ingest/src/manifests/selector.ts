import { isRecord, listOf, recordOf } from './strings';

/** Whether a label selector selects pods with these labels; an unknown operator selects none. */
export function selects(selector: unknown, labels: Readonly<Record<string, unknown>>): boolean {
  const { matchLabels, matchExpressions } = recordOf(selector);
  return (
    Object.entries(recordOf(matchLabels)).every(([key, value]) => labels[key] === value) &&
    listOf(matchExpressions).every((expression) => meets(expression, labels))
  );
}

function meets(expression: unknown, labels: Readonly<Record<string, unknown>>): boolean {
  if (!isRecord(expression)) return false;
  const { key, operator, values } = expression;
  const value = labels[String(key)];
  switch (operator) {
    case 'In': return value !== undefined && listOf(values).includes(value);
    case 'NotIn': return value === undefined || !listOf(values).includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    default: return false;
  }
}
