import type { RouteShape } from '../../routers/weighted-route/route-format';

type Kinds = Pick<RouteShape, 'kinds'>;

const namesOf = ({ kinds }: Kinds): readonly string[] => kinds.map(({ kind }) => kind);
const versionsOf = ({ kinds }: Kinds): readonly string[] => [...new Set(kinds.flatMap(({ apiVersions }) => apiVersions))];

/** `HTTPRoute or GRPCRoute`. */
export const kindsText = (format: Kinds): string => namesOf(format).join(' or ');

/** `neither HTTPRoute nor GRPCRoute of gateway.networking.k8s.io/v1`. */
export function neitherText(format: Kinds): string {
  const names = namesOf(format);
  return `${names.length > 1 ? `neither ${names.join(' nor ')}` : `no ${names.join()}`} of ${versionsOf(format).join(' or ')}`;
}
