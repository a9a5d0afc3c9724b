import { describe, expect, it } from "vitest";
import { agoText, secondsBetween, utcText } from "@/ui/times";

const NOW = Date.parse("2026-11-24T01:00:00Z");
const ago = (seconds: number) => agoText(new Date(NOW - seconds * 1000).toISOString(), NOW);

describe("agoText", () => {
  it.each([
    [0, "just now"],
    [-4, "just now"],
    [5, "5 sec. ago"],
    [59.9, "59 sec. ago"],
    [60, "1 min. ago"],
    [3599, "59 min. ago"],
    [3600, "1 hr. ago"],
    [86_399, "23 hr. ago"],
    [86_400, "1 day ago"],
    [47 * 3600, "1 day ago"], // on the calendar it may be the day before yesterday
    [6.9 * 86_400, "6 days ago"],
    [-90, "in 1 min."],
    [-30 * 3600, "in 1 day"],
  ])("%f s: %s", (seconds, text) => expect(ago(seconds)).toBe(text));

  it("says the day once that is more than a week away", () => {
    expect(ago(7 * 86_400)).toContain("2026");
    expect(ago(-7 * 86_400)).toContain("2026");
  });
});

describe("utcText", () => {
  it("is exact, and in UTC whatever was given", () => {
    expect(utcText("2026-11-21T12:34:56.789Z")).toBe("2026-11-21 12:34:56.789 UTC");
    expect(utcText("2026-11-21T01:30:00+02:00")).toBe("2026-11-20 23:30:00.000 UTC");
  });
});

describe("secondsBetween", () => {
  it("goes on until now while the end is open, and never below 0", () => {
    expect(secondsBetween("2026-11-24T00:59:00Z", "2026-11-24T00:59:30Z", NOW)).toBe(30);
    expect(secondsBetween("2026-11-24T00:59:00Z", null, NOW)).toBe(60);
    expect(secondsBetween("2026-11-24T01:00:05Z", undefined, NOW)).toBe(0); // clocks differ
  });
});
