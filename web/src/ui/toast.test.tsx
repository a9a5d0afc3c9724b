import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

// each test begins with no toasts, which are the module's
let toasts: typeof import("@/ui/toast");
let problems: typeof import("@/api/problem");

beforeEach(async () => {
  vi.resetModules();
  toasts = await import("@/ui/toast");
  problems = await import("@/api/problem");
  render(<toasts.Toaster />);
});
afterEach(() => vi.useRealTimers());

describe("toasts", () => {
  it("say what was done, and go by themselves", () => {
    vi.useFakeTimers();
    act(() => toasts.say("The run is deleted"));
    expect(screen.getByRole("status")).toHaveTextContent("The run is deleted");
    act(() => vi.advanceTimersByTime(6_000));
    expect(screen.queryByRole("status")).not.toBeInTheDocument();
  });

  it("say what could not be done and why, until they are closed", async () => {
    const error = new problems.ApiError("It was deleted", { status: 404, code: "run_not_found" });
    act(() => toasts.sayFailed("The run could not be read", error));
    const toast = screen.getByRole("alert");
    expect(toast).toHaveTextContent("The run could not be readIt was deleted (run_not_found)");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(toast).not.toBeInTheDocument();
  });

  it("keep what failed when others come", () => {
    act(() => {
      toasts.sayFailed("It failed", new problems.ApiError("no", { status: 400, code: "no" }));
      for (let more = 1; more <= 6; more += 1) toasts.say(`Done ${more}`);
    });
    expect(screen.getByRole("alert")).toHaveTextContent("It failed");
    expect(screen.getAllByRole("status").map((toast) => toast.textContent)).toEqual(["Done 4", "Done 5", "Done 6"]);
  });

  it("are read out: they come into a region that is there before", () => {
    const region = document.querySelector("[data-toasts]");
    expect(region).toHaveAttribute("aria-live", "polite");
    act(() => toasts.say("Done"));
    expect(region).toHaveTextContent("Done");
  });
});
