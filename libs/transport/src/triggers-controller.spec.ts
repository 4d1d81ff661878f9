import { StoppingError } from '@alloy/runtime';
import { RpcException } from '@nestjs/microservices';
import { triggersController, type TriggerTarget } from './triggers-controller';

/** The handler of a controller for `trigger`. */
function handlerOf(trigger: TriggerTarget['trigger']): (stream: string) => Promise<void> {
  const Controller = triggersController(['decision'], 'target') as new (target: TriggerTarget) => {
    onEvent(trigger: { readonly stream: string }): Promise<void>;
  };
  const controller = new Controller({ trigger });
  return (stream) => controller.onEvent({ stream });
}

it('passes on triggers of releases, and ignores those of other streams', async () => {
  const releases: string[] = [];
  const handle = handlerOf((releaseId) => void releases.push(releaseId));
  await handle('release-R1');
  await handle('project-shop');
  expect(releases).toEqual(['R1']);
});

it('passes on triggers of other streams to a service that processes them', async () => {
  const seen: string[] = [];
  const Controller = triggersController(['intent'], 'target') as new (target: TriggerTarget) => {
    onEvent(trigger: { readonly stream: string }): Promise<void>;
  };
  const controller = new Controller({ trigger: (id) => void seen.push(id), triggerAll: () => void seen.push('all') });
  await controller.onEvent({ stream: 'project-shop' });
  await controller.onEvent({ stream: 'release-R1' });
  expect(seen).toEqual(['all', 'R1']);
});

it('rejects with an RpcException, which Nest does not log, for a release that is not started because of a stop', async () => {
  await expect(handlerOf(() => Promise.reject(new StoppingError()))('release-R1')).rejects.toThrow(RpcException);
});

it('rejects with any other error as it is', async () => {
  const error = new Error('down');
  await expect(handlerOf(() => Promise.reject(error))('release-R1')).rejects.toBe(error);
});
