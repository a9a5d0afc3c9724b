import { X } from "lucide-react";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import { type ReactNode, useEffect, useRef } from "react";
import { Button, IconButton } from "@/ui/button";

let veils = 0;

/**
 * Darkens the page and keeps it from scrolling. Radix' own overlay does that with a <style> element of its making, which
 * the Content-Security-Policy forbids.
 */
function Veil() {
  useEffect(() => {
    const page = document.documentElement.style;
    const body = document.body.style;
    if (veils === 0) {
      // the veil lies above where the scrollbar was, too, and the page keeps its place beside it
      body.paddingRight = `${globalThis.innerWidth - document.body.offsetWidth}px`;
      page.scrollbarGutter = "auto";
      page.overflow = "hidden";
    }
    veils += 1;
    return () => {
      veils -= 1;
      if (veils === 0) body.paddingRight = page.scrollbarGutter = page.overflow = "";
    };
  }, []);
  return <div aria-hidden className="pointer-events-auto fixed inset-0 z-40 bg-black/50" />;
}

/** Toasts lie above dialogs, and closing one closes nothing else. */
function isToast(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-toasts]") !== null;
}

/** The first Escape closes the list of a combobox, the next one the dialog. */
function isOpenList(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('[role="combobox"][aria-expanded="true"]');
}

const BOX =
  "fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-lg border border-line bg-surface shadow-xl";

/** Gives the focus back to what had it. Radix gives it to a trigger of its own kind, and else to nothing. */
function useFocusBack() {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: ({ target }: Event) => {
      const had = document.activeElement;
      if (!(target instanceof Node && target.contains(had))) opener.current = had;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      const back = opener.current;
      // what opened it may be gone with what was done
      if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
      else document.getElementById("page")?.focus({ preventScroll: true });
    },
  };
}

/** Something that is filled in or looked at above the page. The keyboard stays inside until it is closed. */
export function Dialog({
  open,
  onClose,
  title,
  about,
  children,
  wide = false,
  firm = false,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  about?: ReactNode;
  children: ReactNode;
  wide?: boolean;
  /** Neither Escape nor a click beside it closes it: what it shows is not shown again. */
  firm?: boolean;
}) {
  const focus = useFocusBack();
  return (
    <Radix.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Radix.Portal>
        <Veil />
        <Radix.Content
          className={`${BOX} ${wide ? "max-w-3xl" : "max-w-lg"}`}
          {...focus}
          onInteractOutside={(event) => {
            if (firm || isToast(event.detail.originalEvent.target)) event.preventDefault();
          }}
          onEscapeKeyDown={(event) => {
            if (firm || isOpenList(event.target)) event.preventDefault();
          }}
          {...(about === undefined ? { "aria-describedby": undefined } : {})}
        >
          <header className="flex items-start justify-between gap-4 border-line border-b px-5 py-3">
            <div className="min-w-0">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {about !== undefined && (
                <Radix.Description className="mt-0.5 text-muted text-xs">{about}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X aria-hidden className="size-4" />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Asks before something is done that cannot be undone. */
export function Confirm({
  open,
  onClose,
  onConfirm,
  title,
  children,
  action,
  busy = false,
}: {
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  children: ReactNode;
  /** What the button says: the deed itself, such as "Delete the run". */
  action: string;
  busy?: boolean;
}) {
  const focus = useFocusBack();
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => next || onClose()}>
      <AlertDialog.Portal>
        <Veil />
        <AlertDialog.Content className={`${BOX} max-w-md p-5`} {...focus}>
          <AlertDialog.Title className="font-semibold text-base">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 text-muted">{children}</div>
          </AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button look="danger" disabled={busy} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
