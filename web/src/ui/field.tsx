import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";
import { classNames } from "@/ui/class-names";

/** In index.css, in a layer below the utilities: `className` wins over it. */
const CONTROL = "control";

/** A label, its control, and what is said about it. `children` gets the ids that the control has to carry. */
export function Field({
  label,
  hint,
  error,
  children,
  className,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  children: (control: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => ReactNode;
  className?: string;
}) {
  const id = useId();
  const about = `${id}-about`;
  const said = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block font-medium text-xs text-ink">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": said === undefined ? undefined : about,
        "aria-invalid": error !== undefined,
      })}
      {said !== undefined && (
        <p id={about} className={classNames("mt-1 text-xs", error === undefined ? "text-muted" : "text-bad")}>
          {said}
        </p>
      )}
    </div>
  );
}

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={classNames(CONTROL, className)} {...rest} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={classNames(CONTROL, "h-auto py-2", className)} {...rest} />;
}

export interface Choice {
  value: string;
  label: string;
}

/** The browser's own select: it is what works everywhere, on phones and with screen readers. */
export function Select({
  choices,
  className,
  ...rest
}: Omit<ComponentProps<"select">, "children"> & { choices: readonly Choice[] }) {
  return (
    <select className={classNames(CONTROL, className)} {...rest}>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

/** A choice of a filter with its label beside it; "" means that it is off. */
export function FilterSelect({
  label,
  value,
  choices,
  any,
  onChange,
}: {
  label: string;
  value: string | undefined;
  choices: readonly Choice[];
  /** What the choice is called that filters nothing. */
  any: string;
  onChange: (value: string | undefined) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-muted text-xs">
        {label}
      </label>
      <Select
        id={id}
        className="h-8 w-auto py-0 text-xs"
        value={value ?? ""}
        choices={[{ value: "", label: any }, ...choices]}
        onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
      />
    </div>
  );
}

export function Checkbox({ label, ...rest }: Omit<ComponentProps<"input">, "type"> & { label: ReactNode }) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <input id={id} type="checkbox" className="size-4 accent-accent" {...rest} />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}

/** A day of a filter with its label beside it. */
export function FilterDay({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-muted text-xs">
        {label}
      </label>
      <Input
        id={id}
        type="date"
        className="h-8 w-36 px-2 text-xs"
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
      />
    </div>
  );
}
