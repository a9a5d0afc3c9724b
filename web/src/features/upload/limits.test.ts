import { afterEach, beforeEach, expect, it, vi } from "vitest";

let most = 1000;
const asked = vi.fn();

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  asked.mockClear();
  most = 1000;
  vi.stubGlobal("fetch", async () => {
    asked();
    return Response.json({ settings: [{ name: "FOREBAY_MAX_UPLOAD_BYTES", value: most }] });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is asked for once for many files", async () => {
  const { maxBytes } = await import("@/features/upload/limits");
  expect(await Promise.all([maxBytes(), maxBytes()])).toEqual([1000, 1000]);
  expect(asked).toHaveBeenCalledOnce();
});

it("is asked for again after a minute", async () => {
  const { maxBytes } = await import("@/features/upload/limits");
  await maxBytes();
  most = 2000;
  vi.advanceTimersByTime(61_000);
  expect(await maxBytes()).toBe(2000);
});

it("is asked for again when it was forgotten", async () => {
  const { maxBytes, forgetMaxBytes } = await import("@/features/upload/limits");
  await maxBytes();
  most = 2000;
  forgetMaxBytes();
  expect(await maxBytes()).toBe(2000);
});
