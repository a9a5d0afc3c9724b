import { X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { IconButton } from "@/ui/button";
import { classNames } from "@/ui/class-names";
import { Input } from "@/ui/field";

export interface Option {
  value: string;
  label: string;
  /** What tells it apart from others with the same name. */
  about?: string;
}

interface Props {
  /** From `Field`. */
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean;
  "aria-label"?: string;
  /** What is chosen, as it is called. */
  chosen: string | undefined;
  /** What was found; undefined while it is looked for. */
  options: readonly Option[] | undefined;
  /** Said instead of the options, when they cannot be had. */
  failure?: string | undefined;
  /** undefined: nothing is looked for any more. */
  onSearch: (text: string | undefined) => void;
  onChoose: (option: Option | undefined) => void;
  placeholder?: string;
  small?: boolean;
}

/** Looks for something by name and chooses it: arrows move, Enter chooses, Escape closes. */
export function Combobox({
  chosen,
  options,
  failure,
  onSearch,
  onChoose,
  small = false,
  placeholder,
  ...control
}: Props) {
  const list = useId();
  const [text, setText] = useState<string>();
  const [active, setActive] = useState(0);
  const open = text !== undefined;
  const found = options ?? [];
  const current = open && failure === undefined ? found[Math.min(active, found.length - 1)] : undefined;
  const optionId = (option: Option) => `${list}-${option.value}`;

  const search = (next: string) => {
    setText(next);
    setActive(0);
    onSearch(next.trim());
  };
  const close = () => {
    setText(undefined);
    onSearch(undefined);
  };
  const choose = (option: Option | undefined) => {
    onChoose(option);
    close();
  };
  const move = (to: number) => {
    const index = Math.max(0, Math.min(to, found.length - 1));
    setActive(index);
    const option = found[index];
    if (option !== undefined) document.getElementById(optionId(option))?.scrollIntoView({ block: "nearest" });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) search("");
      else move(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && open) {
      event.preventDefault(); // it would send the form
      if (current !== undefined) choose(current);
    } else if (event.key === "Escape" && open) {
      close();
    }
  };
  return (
    <div className="relative">
      <Input
        {...control}
        role="combobox"
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={current === undefined ? undefined : optionId(current)}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        className={classNames("pr-9", small && "h-8 text-xs")}
        value={text ?? chosen ?? ""}
        onChange={(event) => search(event.target.value)}
        onClick={() => open || search("")}
        onKeyDown={press}
        onBlur={close}
      />
      {chosen !== undefined && !open && (
        <IconButton
          label={`Clear ${chosen}`}
          className="absolute top-1/2 right-0.5 -translate-y-1/2"
          onClick={() => choose(undefined)}
        >
          <X aria-hidden className="size-3.5" />
        </IconButton>
      )}
      <div
        className={classNames(
          "absolute top-full right-0 left-0 z-20 mt-1 min-w-56 rounded-md border border-line bg-surface shadow-lg",
          !open && "hidden",
        )}
      >
        <div id={list} role="listbox" aria-label={placeholder ?? "Found"} className="max-h-60 overflow-y-auto p-1">
          {open &&
            failure === undefined &&
            found.map((option) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
              <div
                key={option.value}
                id={optionId(option)}
                role="option"
                tabIndex={-1}
                aria-selected={option === current}
                className="cursor-pointer rounded px-2 py-1.5 aria-selected:bg-accent-soft"
                onPointerDown={(event) => event.preventDefault()} // the input keeps the focus
                onPointerMove={() => setActive(found.indexOf(option))}
                onClick={() => choose(option)}
              >
                <span className="block break-words">{option.label}</span>
                {option.about !== undefined && <span className="block text-muted text-xs">{option.about}</span>}
              </div>
            ))}
        </div>
        <p
          role="status"
          className={classNames("px-3 py-2 text-muted text-xs", found.length > 0 && !failure && "sr-only")}
        >
          {open && (failure ?? saidOf(options))}
        </p>
      </div>
    </div>
  );
}

function saidOf(options: readonly Option[] | undefined): string {
  if (options === undefined) return "Looking";
  if (options.length === 0) return "Nothing is called so.";
  return options.length === 1 ? "1 found" : `${options.length} found`;
}
