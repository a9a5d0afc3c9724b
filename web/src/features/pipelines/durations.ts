/** A length of time as people enter it. */
export const UNITS = [
  { value: "86400", label: "days" },
  { value: "3600", label: "hours" },
  { value: "60", label: "minutes" },
  { value: "1", label: "seconds" },
] as const;

export interface Entered {
  readonly amount: string;
  /** Seconds of its unit, as the select has them. */
  readonly unit: string;
}

/** In the largest unit in which it is a whole number. */
export function entered(seconds: number | null, unit = "3600"): Entered {
  if (seconds === null) return { amount: "", unit };
  const found = UNITS.find(({ value }) => seconds !== 0 && seconds % Number(value) === 0);
  return { amount: String(seconds / Number(found?.value ?? unit)), unit: found?.value ?? unit };
}

/** Whole seconds; null where nothing was entered, undefined where it is no number. */
export function secondsOf({ amount, unit }: Entered): number | null | undefined {
  if (amount.trim() === "") return null;
  const value = Number(amount);
  return Number.isFinite(value) && value >= 0 ? Math.round(value * Number(unit)) : undefined;
}
