import type { KubeObject } from '@alloy/contracts';
import type { Refusal } from '@alloy/release';
import { standing, type Owner } from '../../fence';
import type { Live } from '../../live';
import type { InspectInput } from '../inspect';

/** An object of the release belongs to another installation or project. */
export function foreignOwner({ live, owner }: InspectInput): Refusal | null {
  const objects = [live.web?.object, live.canary?.object, ...live.shared.values()];
  const other = objects.find((object) => object && standing(object, owner) === 'foreign') ?? unownedCanary(live, owner);
  return other ? { code: 'foreign_owner', text: `${other.kind} ${other.metadata.name} belongs to another installation or project` } : null;
}

const unownedCanary = ({ canary }: Live, owner: Owner): KubeObject | undefined =>
  canary && standing(canary.object, owner) === 'unowned' ? canary.object : undefined;
