/** Until when an alert may be muted. Days and hours of the day are those of the reader's zone, summer time included. */

export const MUTE_CHOICES = ["1h", "4h", "tomorrow", "week"] as const;
export type MuteChoice = (typeof MUTE_CHOICES)[number];

export const MUTE_NAMES: Record<MuteChoice, string> = {
  "1h": "For 1 hour",
  "4h": "For 4 hours",
  tomorrow: "Until tomorrow, 9:00",
  week: "For a week",
};

const HOUR_MS = 3_600_000;

/** A week is seven days of the calendar: it ends at the same time of day, also when the clocks change meanwhile. */
export function muteUntil(choice: MuteChoice, now: Date): Date {
  switch (choice) {
    case "1h":
      return new Date(now.getTime() + HOUR_MS);
    case "4h":
      return new Date(now.getTime() + 4 * HOUR_MS);
    case "tomorrow":
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
    case "week": {
      const then = new Date(now);
      then.setDate(then.getDate() + 7);
      return then;
    }
  }
}

/** What `<input type="datetime-local">` takes: the reader's day and time, to the minute. */
export function localInput(at: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The time that was put in, or what is wrong with it. */
export function ownTime(put: string, now: Date): { until: Date } | { wrong: string } {
  const until = new Date(put); // without a zone it is the reader's
  if (put === "" || Number.isNaN(until.getTime())) return { wrong: "Choose a day and a time." };
  if (until.getTime() <= now.getTime()) return { wrong: "This time has passed. Choose a later one." };
  return { until };
}
