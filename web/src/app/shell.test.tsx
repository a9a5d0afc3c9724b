import { createRootRoute, createRoute } from "@tanstack/react-router";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Shell } from "@/app/shell";
import { showAt } from "@/testing/show";

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => {});
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.stubGlobal("fetch", async () => Response.json({ items: [], next_cursor: null }));
});
afterEach(() => vi.unstubAllGlobals());

async function open(at: string) {
  const root = createRootRoute({ component: Shell });
  const pages = ["/", "/runs", "/alerts"].map((path) => createRoute({ getParentRoute: () => root, path }));
  showAt(at, root.addChildren(pages));
  await userEvent.click(await screen.findByRole("button", { name: "Open the menu" }));
  expect(screen.getByRole("button", { name: "Close the menu" })).toHaveAttribute("aria-expanded", "true");
  return within(screen.getByRole("navigation", { name: "Pages" }));
}

test.each(["Runs", "Alerts"])("a phone's menu closes when %s is chosen, from a filtered page of runs", async (name) => {
  const menu = await open("/runs?status=failed");
  await userEvent.click(menu.getByRole("link", { name }));
  expect(await screen.findByRole("button", { name: "Open the menu" })).toHaveAttribute("aria-expanded", "false");
});

test("it closes with the name at the top, too", async () => {
  await open("/");
  const [top] = screen.getAllByRole("link", { name: "Forebay" });
  if (top === undefined) throw new Error("the name is no link");
  await userEvent.click(top);
  expect(await screen.findByRole("button", { name: "Open the menu" })).toBeVisible();
});
