/** One short stage: half of the pods for two seconds, judged on few requests; deadlines that no restart of a service comes near. */
export const quickPolicy = {
  stages: [{ weight: 50, duration: 2, deadline: 40 }],
  progressDeadline: 30,
  analysis: { minRequests: 10 },
};
