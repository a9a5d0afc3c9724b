import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Combobox, type Option } from "@/ui/combobox";

const FOUND: Option[] = [
  { value: "a", label: "Acme" },
  { value: "b", label: "Beta", about: "Disabled" },
];
type Props = Parameters<typeof Combobox>[0];

function shown(more: Partial<Props> = {}) {
  const heard = { onSearch: vi.fn(), onChoose: vi.fn() };
  render(
    <form onSubmit={() => expect.unreachable("it sent the form")}>
      <Combobox aria-label="Client" chosen={undefined} options={FOUND} {...heard} {...more} />
    </form>,
  );
  return { ...heard, input: screen.getByRole("combobox", { name: "Client" }) };
}

describe("Combobox", () => {
  it("is closed until it is typed into, and says what it looks for", async () => {
    const { input, onSearch } = shown();
    expect(input).toHaveAttribute("aria-expanded", "false");
    expect(screen.queryByRole("option")).not.toBeInTheDocument();
    await userEvent.type(input, " be");
    expect(input).toHaveAttribute("aria-expanded", "true");
    expect(onSearch).toHaveBeenLastCalledWith("be");
    expect(screen.getByRole("status")).toHaveTextContent("2 found");
  });

  it("is gone through by arrows and chosen by Enter, which does not send the form", async () => {
    const { input, onChoose, onSearch } = shown();
    input.focus();
    await userEvent.keyboard("{ArrowDown}");
    const [first, second] = screen.getAllByRole("option");
    expect(input).toHaveAttribute("aria-activedescendant", first?.id);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect(input).toHaveAttribute("aria-activedescendant", second?.id);
    expect(second).toHaveAttribute("aria-selected", "true");
    await userEvent.keyboard("{Enter}");
    expect(onChoose).toHaveBeenCalledExactlyOnceWith(FOUND[1]);
    expect(onSearch).toHaveBeenLastCalledWith(undefined);
    expect(input).toHaveAttribute("aria-expanded", "false");
  });

  it("is chosen by a click, and keeps the focus", async () => {
    const { input, onChoose } = shown();
    await userEvent.click(input);
    await userEvent.click(screen.getByRole("option", { name: "Acme" }));
    expect(onChoose).toHaveBeenCalledExactlyOnceWith(FOUND[0]);
    expect(input).toHaveFocus();
  });

  it("forgets what was typed when it is left or closed", async () => {
    const { input, onChoose } = shown({ chosen: "Acme" });
    await userEvent.clear(input);
    await userEvent.type(input, "x");
    await userEvent.keyboard("{Escape}");
    expect(input).toHaveValue("Acme");
    await userEvent.type(input, "y");
    await userEvent.tab();
    expect(input).toHaveValue("Acme");
    expect(onChoose).not.toHaveBeenCalled();
  });

  it("can be cleared", async () => {
    const { onChoose } = shown({ chosen: "Acme" });
    await userEvent.click(screen.getByRole("button", { name: "Clear Acme" }));
    expect(onChoose).toHaveBeenCalledExactlyOnceWith(undefined);
  });

  it("says that it looks, that there is nothing, or why not", async () => {
    const { input, onChoose } = shown({ options: undefined });
    await userEvent.click(input);
    expect(screen.getByRole("status")).toHaveTextContent("Looking");
    await userEvent.keyboard("{Enter}");
    expect(onChoose).not.toHaveBeenCalled();
  });

  it.each([
    [{ options: [] }, "Nothing is called so."],
    [{ options: FOUND, failure: "The database is away" }, "The database is away"],
  ] satisfies [Partial<Props>, string][])("tells of %j", async (more, said) => {
    const { input } = shown(more);
    await userEvent.click(input);
    expect(screen.getByRole("status")).toHaveTextContent(said);
    expect(screen.queryByRole("option")).not.toBeInTheDocument();
  });
});
