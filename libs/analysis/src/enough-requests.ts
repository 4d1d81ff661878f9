/** Whether so many requests suffice for a verdict: `minRequests` or more; the judge and the planner both ask here. False for what is no number. */
export const enoughRequests = (requests: number, minRequests: number): boolean => requests >= minRequests;
