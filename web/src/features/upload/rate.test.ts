import { expect, it } from "vitest";
import { advance, isStalled, type Meter, rateOf, secondsLeft, startMeter } from "@/features/upload/rate";

function steady(bytesPerStep: number, steps: number, from: Meter = startMeter(0)): Meter {
  let meter = from;
  for (let step = 1; step <= steps; step += 1) meter = advance(meter, meter.sent + bytesPerStep, meter.at + 500);
  return meter;
}

it("says nothing in the first moment", () => {
  expect(rateOf(steady(1000, 1))).toBeUndefined();
  expect(secondsLeft(startMeter(0), 1000)).toBeUndefined();
});

it("finds a steady rate from the first seconds on", () => {
  expect(rateOf(steady(1000, 3))).toBeCloseTo(2000);
  expect(rateOf(steady(1000, 100))).toBeCloseTo(2000);
  expect(secondsLeft(steady(1000, 10), 20_000)).toBeCloseTo(5);
});

it("smooths a jump, and follows it within seconds", () => {
  const slow = steady(1000, 40);
  expect(rateOf(steady(10_000, 1, slow))).toBeLessThan(5_000);
  expect(rateOf(steady(10_000, 40, slow))).toBeGreaterThan(19_000);
});

it("sinks while nothing goes out, and says so", () => {
  const before = steady(1000, 20);
  const after = steady(0, 12, before);
  expect(isStalled(before)).toBe(false);
  expect(isStalled(after)).toBe(true);
  expect(rateOf(after)).toBeLessThan(1000);
});
