import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Code, CopyButton } from "@/ui/copy";

afterEach(() => vi.unstubAllGlobals());

describe("CopyButton", () => {
  it("copies and says so", async () => {
    const user = userEvent.setup();
    render(<CopyButton text="abc" what="the id" />);
    await user.click(screen.getByRole("button", { name: "Copy the id" }));
    expect(await screen.findByRole("button", { name: "Copied" })).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe("abc");
  });

  it("copies where the browser has no clipboard for pages: over http, without TLS", async () => {
    const user = userEvent.setup();
    vi.spyOn(navigator, "clipboard", "get").mockReturnValue(undefined as never); // as in insecure contexts
    const data = { setData: vi.fn() };
    // jsdom has no execCommand
    const execCommand = vi.fn(() => {
      const event = Object.assign(new Event("copy", { cancelable: true }), { clipboardData: data });
      return document.dispatchEvent(event) || event.defaultPrevented;
    });
    Object.defineProperty(document, "execCommand", { value: execCommand, configurable: true });
    render(<CopyButton text="abc" what="the id" />);
    await user.click(screen.getByRole("button", { name: "Copy the id" }));
    expect(await screen.findByRole("button", { name: "Copied" })).toBeVisible();
    expect(data.setData).toHaveBeenCalledWith("text/plain", "abc");
  });

  it("says when it could not", async () => {
    const user = userEvent.setup();
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("no", "NotAllowedError"));
    Object.defineProperty(document, "execCommand", { value: () => false, configurable: true });
    render(<CopyButton text="abc" what="the id" />);
    await user.click(screen.getByRole("button", { name: "Copy the id" }));
    expect(await screen.findByRole("button", { name: "Could not copy the id" })).toBeVisible();
  });
});

describe("Code", () => {
  it("is short on the screen and whole for those who need it", () => {
    render(<Code text="0123456789abcdef" what="the digest" />);
    expect(screen.getByTitle("0123456789abcdef")).toHaveTextContent("0123456789ab…");
  });
});
