import { Search, X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { IconButton } from "@/ui/button";
import { Input } from "@/ui/field";

const PAUSE_MS = 250;

/** Searches when nobody has typed for a moment, or at once with Enter. `value` may also change from outside. */
export function SearchBox({
  label,
  value,
  placeholder,
  busy = false,
  describedBy,
  onChange,
}: {
  label: string;
  value: string;
  placeholder: string;
  busy?: boolean;
  describedBy?: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const change = useRef(onChange);
  change.current = onChange;

  useEffect(() => {
    if (value !== sent.current) setTyped(value); // somebody went back, or dropped the search
    sent.current = value;
  }, [value]);

  const send = (next: string) => {
    if (next === sent.current) return;
    sent.current = next;
    change.current(next);
  };
  useEffect(() => {
    if (typed.trim() === sent.current) return;
    const timer = setTimeout(() => send(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  });

  return (
    <search>
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          send(typed.trim());
        }}
      >
        <label htmlFor={id} className="sr-only">
          {label}
        </label>
        <Search
          aria-hidden
          className={`pointer-events-none absolute top-3 left-3.5 size-5 text-muted ${busy ? "animate-pulse" : ""}`}
        />
        <Input
          id={id}
          value={typed}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          maxLength={1000}
          aria-describedby={describedBy}
          className="h-11 pr-11 pl-11 text-base shadow-xs"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && typed !== "") setTyped("");
          }}
        />
        {typed !== "" && (
          <IconButton label="Drop the search" className="absolute top-1.5 right-1.5" onClick={() => setTyped("")}>
            <X aria-hidden className="size-4" />
          </IconButton>
        )}
      </form>
    </search>
  );
}
