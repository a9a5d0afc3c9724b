import { afterEach, describe, expect, it, vi } from "vitest";
import { localInput, muteUntil, ownTime } from "./mute-times";

/** Node reads the zone anew whenever TZ is set. */
const inZone = (zone: string) => vi.stubEnv("TZ", zone);

afterEach(() => vi.unstubAllEnvs());

describe("until when an alert is muted", () => {
  it("counts hours as they pass, also while the clocks change", () => {
    inZone("Europe/Berlin");
    const beforeTheGap = new Date("2026-03-29T00:30:00Z"); // 1:30; at 2:00 it becomes 3:00
    expect(muteUntil("1h", beforeTheGap).toISOString()).toBe("2026-03-29T01:30:00.000Z");
    expect(localInput(muteUntil("1h", beforeTheGap))).toBe("2026-03-29T03:30");
    expect(muteUntil("4h", beforeTheGap).toISOString()).toBe("2026-03-29T04:30:00.000Z");
  });

  it("takes nine o'clock of the reader's tomorrow, in whichever offset that has", () => {
    inZone("Europe/Berlin");
    expect(muteUntil("tomorrow", new Date("2026-03-28T12:00:00Z")).toISOString()).toBe("2026-03-29T07:00:00.000Z");
    expect(muteUntil("tomorrow", new Date("2026-10-24T12:00:00Z")).toISOString()).toBe("2026-10-25T08:00:00.000Z");
    inZone("America/Los_Angeles");
    // the 21st still, where the reader is
    expect(muteUntil("tomorrow", new Date("2026-11-22T05:00:00Z")).toISOString()).toBe("2026-11-22T17:00:00.000Z");
    inZone("Pacific/Auckland");
    expect(muteUntil("tomorrow", new Date("2026-11-21T12:00:00Z")).toISOString()).toBe("2026-11-22T20:00:00.000Z");
  });

  it("goes over the end of a year", () => {
    inZone("UTC");
    expect(muteUntil("tomorrow", new Date("2026-12-31T23:59:00Z")).toISOString()).toBe("2027-01-01T09:00:00.000Z");
  });

  it("ends a week at the same time of day, when the clocks change meanwhile, too", () => {
    inZone("Europe/Berlin");
    const then = muteUntil("week", new Date("2026-10-22T08:15:00Z"));
    expect(localInput(then)).toBe("2026-10-29T10:15");
    expect(then.toISOString()).toBe("2026-10-29T09:15:00.000Z");
  });
});

describe("a time of the reader's own", () => {
  const now = new Date("2026-11-21T12:00:00Z");

  it("is in the reader's zone", () => {
    inZone("Asia/Kolkata");
    expect(ownTime("2026-11-21T18:00", now)).toEqual({ until: new Date("2026-11-21T12:30:00Z") });
  });

  it("comes back as it went in", () => {
    inZone("America/New_York");
    expect(ownTime(localInput(new Date("2027-01-05T03:04:00Z")), now)).toEqual({
      until: new Date("2027-01-05T03:04Z"),
    });
  });

  it("must be a time, and one that has not passed", () => {
    inZone("UTC");
    expect(ownTime("", now)).toEqual({ wrong: "Choose a day and a time." });
    expect(ownTime("2026-13-01T00:00", now)).toEqual({ wrong: "Choose a day and a time." });
    expect(ownTime("2026-11-21T12:00", now)).toEqual({ wrong: "This time has passed. Choose a later one." });
  });
});
