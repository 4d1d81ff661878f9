import { requestedStrategyNames } from '@alloy/release';
import { Option } from 'commander';
import type { Accepted } from '../api/shapes';
import { findCommit } from '../files/find-commit';
import { nameCulprits } from '../files/name-culprits';
import { readManifests } from '../files/read-manifests';
import { environmentOption, placeOf, projectOption, type PlaceOptions } from '../options/place';
import { waitExits, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import type { Verb } from '../verb';
import { follow } from './new-release';

interface Options extends PlaceOptions, WaitOptions {
  readonly filename: readonly string[];
  readonly imageTag: string;
  readonly strategy: string;
  readonly commit?: string;
  readonly resolveDigest?: boolean;
  readonly idempotencyKey?: string;
}

export const verb: Verb = {
  name: 'deploy',
  summary: 'Release a build',
  example: 'alloy deploy -f k8s/ --image-tag v2 --project shop --wait --timeout 30m\nkustomize build . | alloy deploy -f - --image-tag v2 --commit abc123def -o name',
  routes: ['POST /api/v1/releases', ...waitRoutes],
  mutating: true,
  exits: waitExits,
  register(command, run) {
    command
      .requiredOption('-f, --filename <path...>', 'the manifests: files, folders, or - for stdin')
      .requiredOption('--image-tag <tag>', 'the tag of the image that was built')
      .addOption(projectOption()).addOption(environmentOption())
      .addOption(new Option('--strategy <name>', 'how').choices([...requestedStrategyNames]).default('auto'))
      .option('--commit <sha>', 'what it was built from (default: what the CI says, or what is checked out here)')
      .option('--resolve-digest', 'look the tag up once, and deploy what it stands for now (default: as the policy says)')
      .option('--idempotency-key <key>', 'the same key gives the same release, however often it is asked for');
    withWait(command);
    run<Options>(async (session, _args, options) => {
      const { io, context, api, reason } = session;
      const place = placeOf(options, context);
      const files = await readManifests(io, options.filename);
      const { imageTag, strategy, resolveDigest, idempotencyKey } = options;
      const order = { ...place, imageTag, commitSha: await findCommit(io, options.commit), strategy, resolveDigest, manifests: files.map(({ text }) => text), reason };
      const accepted = await api.post<Accepted>('api/v1/releases', order, idempotencyKey).catch((error: unknown) => {
        throw nameCulprits(error, files);
      });
      return follow(session, accepted, options);
    });
  },
};
