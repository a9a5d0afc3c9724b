import type { ReactNode, Ref } from "react";
import { classNames } from "@/ui/class-names";

/** A part of the page that scrolls by itself, also by the keyboard. */
export function Scroller({
  label,
  frame,
  className,
  children,
}: {
  label: string;
  frame?: Ref<HTMLElement>;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section
      ref={frame}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it there is no scrolling by the keyboard
      tabIndex={0}
      className={classNames("min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2", className)}
    >
      {children}
    </section>
  );
}
