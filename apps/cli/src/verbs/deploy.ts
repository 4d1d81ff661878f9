import type { Accepted } from '../api/shapes';
import { findCommit } from '../files/find-commit';
import { nameCulprits } from '../files/name-culprits';
import { readManifests } from '../files/read-manifests';
import { strategyOption } from '../options/strategy';
import { environmentOption, targetOf, projectOption, type TargetOptions } from '../options/target';
import { waitExits, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import type { Verb } from '../verb';
import { follow } from './new-release';

interface Options extends TargetOptions, WaitOptions {
  readonly filename: readonly string[];
  readonly imageTag: string;
  readonly strategy: string;
  readonly commit?: string;
  readonly resolveDigest?: boolean;
  readonly idempotencyKey?: string;
  readonly overrideHold?: true;
  readonly emergency?: true;
}

export const verb: Verb = {
  name: 'deploy',
  summary: 'Release a build',
  example:
    'alloy deploy -f k8s/ --image-tag v2 --project shop --wait --timeout 30m\nkustomize build . | alloy deploy -f - --image-tag v2 --commit abc123def -o name',
  routes: ['POST /api/v1/releases', ...waitRoutes],
  mutating: true,
  exits: waitExits,
  register(command, run) {
    command
      .requiredOption('-f, --filename <path...>', 'the manifests: files, folders, or - for stdin')
      .requiredOption('--image-tag <tag>', 'the tag of the built image, its digest (sha256:…), or tag@digest')
      .addOption(projectOption())
      .addOption(environmentOption())
      .addOption(strategyOption())
      .option('--commit <sha>', 'the commit of the build (default: from the CI, or the one checked out here)')
      .option('--resolve-digest', 'resolve the tag once and deploy the digest (default: as in the policy)')
      .option('--override-hold', 'release although the environment is on hold; takes the scope operate and a --reason')
      .option('--emergency', 'release at once, without stages and without waiting for ready pods; takes the scope operate and a --reason')
      .option('--idempotency-key <key>', 'repeated requests with the same key give the same release');
    withWait(command);
    run<Options>(async (session, _args, options) => {
      const { io, context, api, reason } = session;
      const target = targetOf(options, context);
      const files = await readManifests(io, options.filename);
      const { imageTag, strategy, resolveDigest, idempotencyKey, overrideHold, emergency } = options;
      const order = {
        ...target,
        imageTag,
        commitSha: await findCommit(io, options.commit),
        strategy,
        resolveDigest,
        overrideHold, emergency,
        manifests: files.map(({ text }) => text),
        reason,
      };
      const accepted = await api.post<Accepted>('api/v1/releases', order, idempotencyKey).catch((error: unknown) => {
        throw nameCulprits(error, files);
      });
      return follow(session, accepted, options);
    });
  },
};
