import { expect, test } from "vitest";
import { lately, likely, remember } from "@/features/documents/likely";

const names = ["contract", "invoice", "letter", "purchase order"];

test("the verdict comes first, then what its reasons name, then what was chosen lately", () => {
  const reasons = [{ kind: "abstained" as const, text: "the likeliest is Purchase-Order with 0.11", weight: null }];
  expect(likely(names, { category: null, reasons }, ["letter"])).toEqual([
    "purchase order",
    "letter",
    "contract",
    "invoice",
  ]);
  expect(likely(names, { category: "invoice", reasons: [] }, ["letter", "contract"])).toEqual([
    "invoice",
    "letter",
    "contract",
    "purchase order",
  ]);
});

test("a name within another word is not named", () => {
  const reasons = [{ kind: "term" as const, text: "newsletter", weight: 1 }];
  expect(likely(names, { category: null, reasons }, [])[0]).toBe("contract");
});

test("the last choices are remembered once each", () => {
  for (const name of ["a", "b", "a", "c", "d", "e", "f"]) remember(name);
  expect(lately()).toEqual(["f", "e", "d", "c", "a"]);
});
