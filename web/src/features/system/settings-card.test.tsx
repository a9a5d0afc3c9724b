import { createRootRoute, createRoute } from "@tanstack/react-router";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { Setting } from "@/features/system/queries";
import { readSystemSearch } from "@/features/system/search";
import { SettingsCard } from "@/features/system/settings-card";
import { showAt } from "@/testing/show";

const SETTINGS: Setting[] = ["FOREBAY_PORT", "FOREBAY_SWEEP_SECONDS"].map((name) => ({
  name,
  value: 1,
  origin: "default",
  description: "",
}));

beforeEach(() => {
  vi.spyOn(window, "scrollTo").mockImplementation(() => {});
});

async function show() {
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path: "/system",
    validateSearch: readSystemSearch,
    component: () => <SettingsCard settings={SETTINGS} />,
  });
  const { router } = showAt("/system", root.addChildren([page]));
  return { router, field: await screen.findByLabelText("Find a setting") };
}

test("what is typed stands in the field at once, whatever the address takes", async () => {
  const { router, field } = await show();
  await userEvent.type(field, "swp");
  await userEvent.type(field, "ee", { initialSelectionStart: 2, initialSelectionEnd: 2 });
  expect(field).toHaveValue("sweep");
  await waitFor(() => expect(router.state.location.search).toEqual({ find: "sweep" }));
  const rows = within(screen.getByRole("table")).getAllByRole("row").slice(1);
  expect(rows.map((row) => row.querySelector("code")?.textContent)).toEqual(["FOREBAY_SWEEP_SECONDS"]);
});

test("without a word all stand there, and the address is as it was", async () => {
  const { router, field } = await show();
  await userEvent.type(field, "sweep");
  await waitFor(() => expect(router.state.location.search).toEqual({ find: "sweep" }));
  await userEvent.clear(field);
  await waitFor(() => expect(router.state.location.search).toEqual({}));
  expect(within(screen.getByRole("table")).getAllByRole("row")).toHaveLength(3);
});
