/**
 * One short stage: half of the pods for two seconds, judged on few requests; the deadlines only end a hanging release,
 * even if services restart on a busy machine.
 */
export const quickPolicy = {
  stages: [{ weight: 50, duration: 2, deadline: 300 }],
  progressDeadline: 300,
  analysis: { minRequests: 10 },
};
