import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { ClientPicker, PipelinePicker } from "./picker";

/** Finds `items` when nothing is looked for by text or client, and otherwise never answers. */
function findingOnce(items: readonly unknown[]) {
  const asked = vi.fn();
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    const { searchParams } = new URL(url);
    const isNarrow = searchParams.has("text") || searchParams.get("client_id") === "other";
    if (isNarrow) {
      asked(searchParams.toString());
      await new Promise(() => {});
    }
    return Response.json({ items, next_cursor: null });
  });
  return asked;
}

const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
const within = (page: ReactNode) => <QueryClientProvider client={queries}>{page}</QueryClientProvider>;

afterEach(() => {
  queries.clear();
  vi.unstubAllGlobals();
});

it("lets nobody choose what was found for an earlier text", async () => {
  const asked = findingOnce([{ id: "a", name: "Acme", is_active: true }]);
  const chosen = vi.fn();
  render(within(<ClientPicker aria-label="Client" value={undefined} onChange={chosen} />));
  const box = screen.getByRole("combobox", { name: "Client" });
  await userEvent.click(box);
  expect(await screen.findByRole("option", { name: "Acme" })).toBeVisible();
  await userEvent.type(box, "zeta");
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  expect(screen.queryByRole("option")).not.toBeInTheDocument();
  await userEvent.keyboard("{Enter}");
  expect(chosen).not.toHaveBeenCalled();
});

it("lets nobody choose a pipeline of another client", async () => {
  const asked = findingOnce([{ id: "p", client_id: "a", name: "load", platform: "cron", is_active: true }]);
  const chosen = vi.fn();
  const picker = (clientId: string) =>
    within(<PipelinePicker aria-label="Pipeline" value={undefined} clientId={clientId} onChange={chosen} />);
  const { rerender } = render(picker("a"));
  await userEvent.click(screen.getByRole("combobox", { name: "Pipeline" }));
  expect(await screen.findByRole("option", { name: /load/ })).toBeVisible();
  rerender(picker("other"));
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  expect(screen.queryByRole("option")).not.toBeInTheDocument();
  await userEvent.keyboard("{Enter}");
  expect(chosen).not.toHaveBeenCalled();
});
