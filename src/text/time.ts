/** Points in time as they are written: ISO 8601 in UTC, whole seconds, `2026-11-23T12:00:00Z`. */
export function isoTime(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The time left until a point in time, for people: `59 min`, `45 s`. */
export function untilThen(time: Date, now: Date): string {
  const seconds = Math.round((time.getTime() - now.getTime()) / 1000);
  if (seconds <= 0) return "already over by this machine's clock";
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
