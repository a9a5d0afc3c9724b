import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { ApiError } from "@/api/problem";
import { Part } from "@/features/overview/part";

function Words({ name, ask }: { name: string; ask: () => Promise<string> }) {
  const query = useQuery({ queryKey: [name], queryFn: ask, retry: false });
  return (
    <Part title={name} link={null} query={query}>
      {(text): ReactNode => <p>{text}</p>}
    </Part>
  );
}

function show(children: ReactNode) {
  const queries = new QueryClient();
  render(<QueryClientProvider client={queries}>{children}</QueryClientProvider>);
  return queries;
}

const refused = new ApiError("The database does not answer.", { status: 503, code: "database_unavailable" });

test("a part that fails says so and leaves the others alone; it can be asked again", async () => {
  const ask = vi.fn().mockRejectedValueOnce(refused).mockResolvedValue("there again");
  show(
    <>
      <Words name="Runs" ask={ask} />
      <Words name="Alerts" ask={async () => "none is open"} />
    </>,
  );
  expect(await screen.findByText("none is open")).toBeVisible();
  expect(await screen.findByRole("alert")).toHaveTextContent("database_unavailable");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("there again")).toBeVisible();
});

test("what was there stays when it cannot be fetched again, and is marked as old", async () => {
  const ask = vi.fn().mockResolvedValueOnce("as it was").mockRejectedValue(refused);
  const queries = show(<Words name="Runs" ask={ask} />);
  expect(await screen.findByText("as it was")).toBeVisible();
  await queries.refetchQueries();
  expect(await screen.findByText("Not up to date")).toBeVisible();
  expect(screen.getByText("as it was")).toBeVisible();
});
