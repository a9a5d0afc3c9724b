/** How fast something goes, smoothed: what an upload does within the last few seconds counts most. */
export interface Meter {
  readonly start: number;
  readonly at: number;
  readonly sent: number;
  /** When bytes last went out. */
  readonly movedAt: number;
  readonly average: number;
}

const MEMORY_MS = 4_000;
const TELLS_FROM_MS = 1_000;
const STALLED_MS = 5_000;

export function startMeter(at: number): Meter {
  return { start: at, at, sent: 0, movedAt: at, average: 0 };
}

/** Times in milliseconds, sizes in bytes. */
export function advance(meter: Meter, sent: number, at: number): Meter {
  const passed = at - meter.at;
  if (passed <= 0) return { ...meter, sent };
  const weight = 1 - Math.exp(-passed / MEMORY_MS);
  const speed = ((sent - meter.sent) / passed) * 1000;
  return {
    ...meter,
    at,
    sent,
    movedAt: sent > meter.sent ? at : meter.movedAt,
    average: meter.average + weight * (speed - meter.average),
  };
}

/** Bytes a second; undefined until it says something. */
export function rateOf(meter: Meter): number | undefined {
  const age = meter.at - meter.start;
  if (age < TELLS_FROM_MS) return undefined;
  return meter.average / (1 - Math.exp(-age / MEMORY_MS)); // an average that began at zero is too small at first
}

/** undefined while nobody can tell. */
export function secondsLeft(meter: Meter, total: number): number | undefined {
  const rate = rateOf(meter);
  if (rate === undefined || rate < 1) return undefined;
  return (total - meter.sent) / rate;
}

export function isStalled(meter: Meter): boolean {
  return meter.at - meter.movedAt >= STALLED_MS;
}
