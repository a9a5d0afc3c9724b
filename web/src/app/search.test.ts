import { expect, it } from "vitest";
import { known, oneIn, textIn } from "@/app/search";

it("reads text, also where the URL had a number in it", () => {
  expect(textIn({ q: "heron" }, "q")).toBe("heron");
  expect(textIn({ q: 2026 }, "q")).toBe("2026");
  expect(textIn({ q: "" }, "q")).toBeUndefined();
  expect(textIn({ q: { a: 1 } }, "q")).toBeUndefined();
  expect(textIn({}, "q")).toBeUndefined();
});

it("reads one of what is allowed", () => {
  expect(oneIn({ tab: "rules" }, "tab", ["rules"])).toBe("rules");
  expect(oneIn({ tab: "x" }, "tab", ["rules"])).toBeUndefined();
});

it("leaves out what is undefined", () => {
  expect(known({ a: 1, b: undefined, c: false })).toEqual({ a: 1, c: false });
});
