import { expect, test } from "vitest";
import type { Setting } from "@/features/system/queries";
import { readSystemSearch } from "@/features/system/search";
import { found, readableText } from "@/features/system/settings";

const port: Setting = { name: "FOREBAY_PORT", value: 8000, origin: "default", description: "Port that it listens on." };
const key: Setting = { name: "FOREBAY_LLM_API_KEY", value: "***", origin: "environment", description: "The key." };
const ALL = [port, key];

test("every word must be found, in the name, the value or the description, in any case", () => {
  expect(found(ALL, undefined, false)).toEqual(ALL);
  expect(found(ALL, "  Listens PORT ", false)).toEqual([port]);
  expect(found(ALL, "8000", false)).toEqual([port]);
  expect(found(ALL, "port key", false)).toEqual([]);
});

test("those at their default can be left out", () => {
  expect(found(ALL, undefined, true)).toEqual([key]);
  expect(found(ALL, "port", true)).toEqual([]);
});

test("sizes and times are shown as people read them, where that says more", () => {
  const named = (name: string, value: Setting["value"]) => readableText({ ...port, name, value });
  expect(named("FOREBAY_MAX_UPLOAD_BYTES", 17179869184)).toBe("16 GiB");
  expect(named("FOREBAY_SWEEP_GRACE_SECONDS", 3600)).toBe("1 h");
  expect(named("FOREBAY_UPLOAD_STALL_SECONDS", 30)).toBeUndefined();
  expect(named("FOREBAY_PORT", 8000)).toBeUndefined();
});

test("the URL says what is looked for", () => {
  expect(readSystemSearch({ find: "port", changed: "true" })).toEqual({ find: "port", changed: true });
  expect(readSystemSearch({ find: "", changed: "no" })).toEqual({});
});
