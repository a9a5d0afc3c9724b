import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Combobox } from "@/ui/combobox";
import { Confirm, Dialog } from "@/ui/dialog";
import { say, Toaster } from "@/ui/toast";

function Page({ firm = false, onClose = () => {} }: { firm?: boolean; onClose?: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Rename
      </button>
      <Dialog
        open={open}
        firm={firm}
        title="Rename it"
        about="Others see the name."
        onClose={() => {
          setOpen(false);
          onClose();
        }}
      >
        <label>
          Name <input />
        </label>
        <Combobox
          aria-label="Client"
          chosen={undefined}
          options={[{ value: "a", label: "Acme" }]}
          onSearch={() => {}}
          onChoose={() => {}}
        />
      </Dialog>
      <Toaster />
    </>
  );
}

async function opened(props: Parameters<typeof Page>[0] = {}) {
  render(<Page {...props} />);
  await userEvent.click(screen.getByRole("button", { name: "Rename" }));
  return screen.getByRole("dialog", { name: "Rename it" });
}

afterEach(() => vi.useRealTimers());

describe("Dialog", () => {
  it("has a name and says what it is about", async () => {
    expect(await opened()).toHaveAccessibleDescription("Others see the name.");
  });

  it("keeps the keyboard inside", async () => {
    const dialog = await opened();
    for (let presses = 0; presses < 5; presses += 1) {
      await userEvent.tab();
      expect(dialog).toContainElement(document.activeElement as HTMLElement); // something always has the focus
    }
  });

  it("closes by Escape, and gives the focus back", async () => {
    await opened();
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole("button", { name: "Rename" })).toHaveFocus());
  });

  it("stays open when Escape closes a list within it", async () => {
    await opened();
    await userEvent.click(screen.getByRole("combobox", { name: "Client" }));
    expect(screen.getByRole("option", { name: "Acme" })).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it("closes by nothing but its buttons when it is firm", async () => {
    await opened({ firm: true });
    await userEvent.keyboard("{Escape}");
    fireEvent.pointerDown(document.body);
    expect(screen.getByRole("dialog")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it("makes no style element, which the Content-Security-Policy forbids, and keeps the page from scrolling", async () => {
    const before = document.querySelectorAll("style").length;
    await opened();
    expect(document.querySelectorAll("style")).toHaveLength(before);
    expect(document.documentElement.style.overflow).toBe("hidden");
    await userEvent.keyboard("{Escape}");
    expect(document.documentElement.style.overflow).toBe("");
  });

  it("stays open when a toast above it is closed", async () => {
    const closed = vi.fn();
    await opened({ onClose: closed });
    say("Something was saved");
    const toast = await screen.findByText("Something was saved");
    fireEvent.pointerDown(toast);
    fireEvent.click(toast);
    expect(closed).not.toHaveBeenCalled();
    expect(toast.closest("[aria-hidden]")).toBeNull();
  });
});

describe("Confirm", () => {
  const confirm = (more: Partial<Parameters<typeof Confirm>[0]> = {}) => {
    const does = { onClose: vi.fn(), onConfirm: vi.fn() };
    render(
      <Confirm open title="Delete the run?" action="Delete the run" {...does} {...more}>
        Its files are gone then.
      </Confirm>,
    );
    return does;
  };

  it("begins with the focus on what does no harm", () => {
    confirm();
    expect(screen.getByRole("alertdialog", { name: "Delete the run?" })).toHaveAccessibleDescription(
      "Its files are gone then.",
    );
    expect(screen.getByRole("button", { name: "Cancel" })).toHaveFocus();
  });

  it("does it on the button that says so, only", async () => {
    const { onClose, onConfirm } = confirm();
    await userEvent.keyboard("{Escape}");
    expect(onClose).toHaveBeenCalled();
    expect(onConfirm).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Delete the run" }));
    expect(onConfirm).toHaveBeenCalledOnce();
  });

  it("cannot be done twice", () => {
    confirm({ busy: true });
    expect(screen.getByRole("button", { name: "Delete the run" })).toBeDisabled();
  });
});
