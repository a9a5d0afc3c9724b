import type { ComponentProps, ReactNode } from "react";
import { classNames } from "@/ui/class-names";

type Look = "primary" | "secondary" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  secondary: "bg-surface text-ink border-line-strong/60 hover:bg-sunken",
  quiet: "bg-transparent text-ink border-transparent hover:bg-sunken",
  danger: "bg-bad text-surface border-transparent hover:opacity-90",
};

export interface ButtonLook {
  look?: Look;
  /** Small enough for a row of a table. */
  small?: boolean;
  /** As wide as it is high: for a picture alone. */
  square?: boolean;
}

/** Classes of a button, for links that look like one. */
export function buttonClasses({ look = "secondary", small = false, square = false }: ButtonLook = {}): string {
  return classNames(
    "inline-flex items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors",
    "disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50",
    square ? "size-8 text-xs" : small ? "h-8 px-2.5 text-xs" : "h-9 px-3.5 text-sm",
    LOOKS[look],
  );
}

export function Button({
  look = "secondary",
  small = false,
  className,
  type = "button",
  ...rest
}: ComponentProps<"button"> & ButtonLook) {
  return <button type={type} className={classNames(buttonClasses({ look, small }), className)} {...rest} />;
}

/** Shows a picture only, and says `label` to those who do not see it and on hover. */
export function IconButton({
  label,
  children,
  look = "quiet",
  className,
  type = "button",
  ...rest
}: Omit<ComponentProps<"button">, "aria-label"> & Pick<ButtonLook, "look"> & { label: string; children: ReactNode }) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={classNames(buttonClasses({ look, square: true }), className)}
      {...rest}
    >
      {children}
    </button>
  );
}
