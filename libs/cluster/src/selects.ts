import type { V1LabelSelector } from '@kubernetes/client-node';
import type { Json } from './json';

type Labels = Readonly<Record<string, string>>;
type Expression = NonNullable<Json<V1LabelSelector>['matchExpressions']>[number];

/** Whether the selector selects pods with these labels. A selector without a condition selects none. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Json<V1LabelSelector>, labels: Labels): boolean {
  const wanted = Object.entries(matchLabels);
  if (wanted.length + matchExpressions.length === 0) return false;
  return wanted.every(([key, value]) => labels[key] === value) && matchExpressions.every((expression) => meets(expression, labels));
}

function meets({ key, operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key];
  if (operator === 'Exists' || operator === 'DoesNotExist') return (value !== undefined) === (operator === 'Exists');
  return (value !== undefined && values.includes(value)) === (operator === 'In');
}
