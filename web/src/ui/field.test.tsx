import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Checkbox, Field, FilterSelect, Input } from "@/ui/field";

describe("Field", () => {
  const field = (more: { hint?: string; error?: string } = {}) => (
    <Field label="Name" {...more}>
      {(control) => <Input {...control} />}
    </Field>
  );

  it("gives the control its label", async () => {
    render(field());
    const input = screen.getByRole("textbox", { name: "Name" });
    expect(input).toBeValid();
    expect(input).not.toHaveAttribute("aria-describedby");
    await userEvent.click(screen.getByText("Name"));
    expect(input).toHaveFocus();
  });

  it("describes it by its hint, and by what is wrong with it instead", () => {
    const { rerender } = render(field({ hint: "As others call it." }));
    const input = screen.getByRole("textbox");
    expect(input).toHaveAccessibleDescription("As others call it.");
    rerender(field({ hint: "As others call it.", error: "There is one already." }));
    expect(input).toHaveAccessibleDescription("There is one already.");
    expect(input).toBeInvalid();
  });

  it("has an id of its own each time", () => {
    render(
      <>
        {field()}
        {field({ hint: "x" })}
      </>,
    );
    const [first, second] = screen.getAllByRole("textbox", { name: "Name" });
    expect(first?.id).not.toBe(second?.id);
  });
});

describe("FilterSelect", () => {
  it("tells what is chosen, and undefined for no filter", async () => {
    const change = vi.fn();
    const choices = [{ value: "failed", label: "Failed" }];
    const { rerender } = render(
      <FilterSelect label="Status" value={undefined} choices={choices} any="Any" onChange={change} />,
    );
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Status" }), "Failed");
    expect(change).toHaveBeenLastCalledWith("failed");
    rerender(<FilterSelect label="Status" value="failed" choices={choices} any="Any" onChange={change} />);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Status" }), "Any");
    expect(change).toHaveBeenLastCalledWith(undefined);
  });
});

describe("Checkbox", () => {
  it("is checked by its label", async () => {
    const change = vi.fn();
    render(<Checkbox label="Enabled" onChange={change} />);
    await userEvent.click(screen.getByText("Enabled"));
    expect(screen.getByRole("checkbox", { name: "Enabled" })).toBeChecked();
    expect(change).toHaveBeenCalledOnce();
  });
});
