import type { DesiredTraffic } from '../../desired';
import type { Fence } from '../../fence';
import { refOf, versionOf, write, type NextWrite } from '../../write';
import { markName, markText, type Mark } from './mark';
import type { Route } from './route';
import type { NewBackends } from './weights';

/** One write of the mark and of the backends of these rules; everything else of the route stays as it was read. */
export function patchRoute(
  route: Route, { service }: DesiredTraffic, fence: Fence, backends: NewBackends, mark: Omit<Mark, 'fence'>,
): NextWrite {
  const rules = (route.spec?.rules ?? []).map((rule, index) => {
    const backendRefs = backends.get(index);
    return backendRefs ? { ...rule, backendRefs } : rule;
  });
  const annotations = { [markName(service)]: markText(fence, mark) };
  return write({ verb: 'route', ref: refOf(route), resourceVersion: versionOf(route), annotations, ...(backends.size > 0 && { rules }) });
}
