import {
  EventLog1763690000001, AppendOnly1763690000002, TotalOrder1763690000003, ProjectionCursor1763690000004,
  Checkpoint1763690000005, RebuildViews1763690000006, AppendEvents1763690000007, RebuildAllViews1763690000008,
} from '@alloy/event-store';
import { Projects1763700000001 } from './1763700000001-projects';
import { Releases1763700000002 } from './1763700000002-releases';
import { Histories1763700000003 } from './1763700000003-histories';
import { Artifacts1763700000004 } from './1763700000004-artifacts';
import { Measurements1763700000005 } from './1763700000005-measurements';
import { Leases1763700000006 } from './1763700000006-leases';
import { Scopes1763710000001 } from './1763710000001-scopes';
import { ReleaseList1763710000002 } from './1763710000002-release-list';
import { SpentTokens1763710000003 } from './1763710000003-spent-tokens';
import { Shredding1763710000004 } from './1763710000004-shredding';
import { Notifications1763710000005 } from './1763710000005-notifications';
import { Idempotency1763710000011 } from './1763710000011-idempotency';
import { ObservedPods1763720000008 } from './1763720000008-observed-pods';
import { NotificationAge1763720000011 } from './1763720000011-notification-age';
import { SpareKeys1763730000001 } from './1763730000001-spare-keys';
import { DeliveryAge1763740000007 } from './1763740000007-delivery-age';
import { MeasuredProcesses1763750000001 } from './1763750000001-measured-processes';
import { Heartbeats1763750000002 } from './1763750000002-heartbeats';
import { RequestMarks1763750000011 } from './1763750000011-request-marks';
import { HeartbeatsWriting1763750000021 } from './1763750000021-heartbeats-writing';
import { StableTargets1763760000003 } from './1763760000003-stable-targets';
import { PolicyVersions1763760000043 } from './1763760000043-policy-versions';
import { HandedBack1763760000050 } from './1763760000050-handed-back';
import { PlanRequests1763760000053 } from './1763760000053-plan-requests';
import { Hold1763760000058 } from './1763760000058-hold';

/** All migrations of the database, in the order of their numbers, in which they run; never edited after a release. */
export const migrations = [
  EventLog1763690000001,
  AppendOnly1763690000002,
  TotalOrder1763690000003,
  ProjectionCursor1763690000004,
  Checkpoint1763690000005,
  RebuildViews1763690000006,
  AppendEvents1763690000007,
  RebuildAllViews1763690000008,
  Projects1763700000001,
  Releases1763700000002,
  Histories1763700000003,
  Artifacts1763700000004,
  Measurements1763700000005,
  Leases1763700000006,
  Scopes1763710000001,
  ReleaseList1763710000002,
  SpentTokens1763710000003,
  Shredding1763710000004,
  Notifications1763710000005,
  Idempotency1763710000011,
  ObservedPods1763720000008,
  NotificationAge1763720000011,
  SpareKeys1763730000001,
  DeliveryAge1763740000007,
  MeasuredProcesses1763750000001,
  Heartbeats1763750000002,
  RequestMarks1763750000011,
  HeartbeatsWriting1763750000021,
  StableTargets1763760000003,
  PolicyVersions1763760000043,
  HandedBack1763760000050,
  PlanRequests1763760000053,
  Hold1763760000058,
];
