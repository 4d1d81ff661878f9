import type { RouteFormat } from '../weighted-route/route-format';
import { unfit } from './managed-fits';
import { withoutManaged } from './managed-rules';
import { rulesWith } from './patch';
import { isAccepted, problemsIn, weightFormat, type BackendRef, type Route } from './route';

const apiVersions = ['gateway.networking.k8s.io/v1'];

/** HTTPRoute and GRPCRoute: rules with backends, and further rules for requests that match. */
export const gatewayFormat: RouteFormat<Route, BackendRef> = {
  ...weightFormat,
  kinds: [{ apiVersions, kind: 'HTTPRoute' }, { apiVersions, kind: 'GRPCRoute' }],
  isAccepted,
  problemsIn,
  withoutManaged,
  fieldsOf: ({ spec }) => ({ rules: spec?.rules ?? [] }),
  fieldsWith: (own, backends, changed, routes) => ({ rules: rulesWith(own, backends, changed, routes) }),
  unfit,
};
