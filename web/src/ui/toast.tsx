import { X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { asApiError } from "@/api/problem";
import { IconButton } from "@/ui/button";
import { classNames } from "@/ui/class-names";

interface Toast {
  id: number;
  text: string;
  detail?: string | undefined;
  bad: boolean;
}

const SHOWN_MS = 6_000;
const MOST = 4;
let toasts: readonly Toast[] = [];
let lastId = 0;
const watchers = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const watcher of watchers) watcher();
}

function add(toast: Omit<Toast, "id">): void {
  lastId += 1;
  const next = [...toasts, { ...toast, id: lastId }];
  while (next.length > MOST) {
    // what failed stays until it is closed, unless there is nothing else
    next.splice(
      Math.max(
        0,
        next.findIndex((one) => !one.bad),
      ),
      1,
    );
  }
  change(next);
}

/** Says briefly that something was done. */
export function say(text: string): void {
  add({ text, bad: false });
}

/** Says what could not be done and why; stays until it is closed. */
export function sayFailed(what: string, error: unknown): void {
  const problem = asApiError(error);
  add({ text: what, detail: `${problem.message} (${problem.code})`, bad: true });
}

function Shown({ toast }: { toast: Toast }) {
  const close = () => change(toasts.filter((one) => one.id !== toast.id));
  useEffect(() => {
    if (toast.bad) return;
    const timer = setTimeout(() => change(toasts.filter((one) => one.id !== toast.id)), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <div
      role={toast.bad ? "alert" : "status"}
      className={classNames(
        "pointer-events-auto flex items-start gap-2 rounded-md border bg-surface py-2 pr-1 pl-3 shadow-lg",
        toast.bad ? "border-bad" : "border-line-strong/60",
      )}
    >
      <div className="min-w-0 flex-1 py-1">
        <p className="font-medium">{toast.text}</p>
        {toast.detail !== undefined && <p className="mt-0.5 break-words text-muted text-xs">{toast.detail}</p>}
      </div>
      <IconButton label="Close" onClick={close}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  );
}

export function Toaster() {
  const shown = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => toasts,
  );
  return (
    <div
      data-toasts
      aria-live="polite" // it is there before the first toast, and dialogs do not hide what is live
      className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2"
    >
      {shown.map((toast) => (
        <Shown key={toast.id} toast={toast} />
      ))}
    </div>
  );
}
