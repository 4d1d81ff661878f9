import { defaultKinds } from '@alloy/contracts';
import { withStories } from '../support/stories';
import { bundleNames, policies } from './support/bundle';
import { releaseTwice } from './support/release-twice';

// The playground does not serve the kinds of Prometheus' operator; an administrator leaves them to others.
const kinds = defaultKinds.map(({ kind }) => kind).filter((kind) => !kind.endsWith('Monitor'));
const { story, installation } = withStories(policies(kinds));

it.concurrent.each(bundleNames)('the bundle %s is released by alloy deploy, and again as a canary', async (name) => {
  const { cluster: api, releases: { door } } = installation();
  await releaseTwice(name, { shop: story(name), api, door, leftKinds: ['ServiceMonitor'] });
}, 480_000);
