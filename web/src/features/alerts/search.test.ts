import { expect, it } from "vitest";
import { readAlertsSearch } from "./search";

it("takes what it knows and drops the rest", () => {
  expect(readAlertsSearch({ tab: "rules", enabled: "no", type: "late", client: "c", nonsense: 1 })).toEqual({
    tab: "rules",
    enabled: "no",
    type: "late",
    client: "c",
  });
  expect(readAlertsSearch({ tab: "alerts", state: "open", type: "x", acknowledged: true })).toEqual({});
});
