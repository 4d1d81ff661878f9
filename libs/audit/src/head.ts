import { GENESIS_HASH } from './hash';

/** Where a stream stands. */
export interface Head {
  readonly version: number;
  readonly hash: string;
}
export const noHead: Head = { version: 0, hash: GENESIS_HASH };
