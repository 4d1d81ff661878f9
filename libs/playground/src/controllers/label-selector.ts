import type { LabelSelector } from '../kinds';

type Labels = Readonly<Record<string, string>>;

export const matchesLabels = (wanted: Labels, labels: Labels = {}): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** Whether a selector object matches; an empty one matches everything. */
export function matchesSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels = {}): boolean {
  return (
    matchesLabels(matchLabels, labels) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    })
  );
}
