/**
 * Whether so many requests suffice for a verdict: `minRequests` or more without those that may be Alloy's own reads of the metrics page (`ownReads`, default 0).
 * The judge and the planner both ask here. False for what is no number.
 */
export const enoughRequests = (requests: number, minRequests: number, ownReads = 0): boolean => requests - ownReads >= minRequests;
