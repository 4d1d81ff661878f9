/**
 * Whether there are enough requests for a verdict: at least `minRequests`, not counting requests that may be Alloy's
 * own reads of the metrics page (`ownReads`, default 0).
 * Used by the judgement and the planner. False if a value is not a number.
 */
export const enoughRequests = (requests: number, minRequests: number, ownReads = 0): boolean => requests - ownReads >= minRequests;
