/** A duration for users: `28 s`, `3 min 20 s`, `2 h 5 min`. */
export function seconds(duration: number): string {
  if (duration < 60) return `${duration} s`;
  const whole = Math.round(duration);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
