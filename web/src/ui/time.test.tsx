import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { Time, useNow } from "@/ui/time";

afterEach(() => vi.useRealTimers());

function Clock() {
  return <p>{new Date(useNow()).toISOString()}</p>;
}

it("says how long ago it was, with the exact UTC on hover, and goes on", () => {
  vi.useFakeTimers({ now: new Date("2026-11-21T12:00:30Z") });
  render(<Time at="2026-11-21T12:00:00Z" />);
  const time = screen.getByText("30 sec. ago");
  expect(time).toHaveAttribute("datetime", "2026-11-21T12:00:00Z");
  expect(time.title).toContain("2026-11-21 12:00:00.000 UTC");
  act(() => vi.advanceTimersByTime(60_000));
  expect(time).toHaveTextContent("1 min. ago");
});

it("shows a dash for no time", () => {
  render(<Time at={null} />);
  expect(screen.getByText("–")).toBeVisible();
});

it("is right from the start, however long nobody looked at the clock", () => {
  vi.useFakeTimers({ now: new Date("2030-01-01T00:00:00Z") });
  render(<Clock />);
  expect(screen.getByText("2030-01-01T00:00:00.000Z")).toBeVisible();
});
