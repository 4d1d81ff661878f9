/** A duration in kubectl's format: `41s`, `3m`, `2h5m`, `4d`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 120) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 || minutes >= 10 ? `${minutes}m` : `${minutes}m${whole % 60}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 || hours >= 8 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d`;
}

/** Age of an ISO time; `now` in ms since 1970. Empty for null. */
export const age = (iso: string | null, now: number): string => (iso === null ? '' : span((now - Date.parse(iso)) / 1_000));
