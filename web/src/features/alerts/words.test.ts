import { describe, expect, it } from "vitest";
import { conditionText, isMuted, minutesText, stateOf } from "./words";

const PLAIN = { threshold: null, window_minutes: null };
const OPEN = { is_open: true, acknowledged_at: null, muted_until: null, close_reason: null };

describe("conditionText", () => {
  it("says each type in a sentence", () => {
    expect(conditionText({ rule_type: "on_failure", ...PLAIN })).toBe("When the latest run has failed");
    expect(conditionText({ rule_type: "late", ...PLAIN })).toBe("When a run that is expected has not started in time");
    expect(conditionText({ rule_type: "stuck", ...PLAIN })).toBe("When a run goes on for too long");
  });

  it("says how many failures within which time", () => {
    const counted = (threshold: number, window_minutes: number) =>
      conditionText({ rule_type: "failures_in_window", threshold, window_minutes });
    expect(counted(3, 60)).toBe("When 3 runs or more fail within 1 hour");
    expect(counted(1, 90)).toBe("When 1 run or more fails within 90 minutes");
    expect(counted(1000, 2880)).toBe("When 1,000 runs or more fail within 2 days");
  });
});

describe("minutesText", () => {
  it.each([
    [1, "1 minute"],
    [59, "59 minutes"],
    [60, "1 hour"],
    [61, "61 minutes"],
    [1440, "1 day"],
    [1500, "25 hours"],
  ])("%i: %s", (minutes, text) => expect(minutesText(minutes)).toBe(text));
});

describe("how an alert stands", () => {
  it("is open until somebody takes it on", () => {
    expect(stateOf(OPEN)).toMatchObject({ name: "Open", tone: "bad" });
    expect(stateOf({ ...OPEN, acknowledged_at: "2026-11-21T12:00:00Z" })).toMatchObject({ name: "Acknowledged" });
  });

  it("says why it closed, whoever took it on before", () => {
    const closed = { ...OPEN, is_open: false, acknowledged_at: "2026-11-21T12:00:00Z" };
    expect(stateOf({ ...closed, close_reason: "recovered" })).toMatchObject({ name: "Recovered", tone: "ok" });
    expect(stateOf({ ...closed, close_reason: "replaced" }).why).toContain("more specific scope");
    expect(stateOf({ ...closed, close_reason: "disabled" }).why).toContain("was disabled");
  });

  it("is muted until the time has come, and never once it is closed", () => {
    const muted = { ...OPEN, muted_until: "2026-11-21T12:00:00Z" };
    const before = Date.parse("2026-11-21T11:59:59Z");
    expect(isMuted(muted, before)).toBe(true);
    expect(isMuted(muted, before + 1000)).toBe(false);
    expect(isMuted({ ...muted, is_open: false }, before)).toBe(false);
    expect(isMuted(OPEN, before)).toBe(false);
  });
});
