import { Search } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { Input } from "@/ui/field";

const PAUSE_MS = 250;

/** A text to look for. It is told on a pause in typing, so that not every letter is a page of its own. */
export function SearchBox({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(value ?? "");
  const told = useRef(value ?? "");
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    if ((value ?? "") === told.current) return;
    told.current = value ?? ""; // the URL has changed by itself, as by the browser's back button
    setTyped(value ?? "");
  }, [value]);
  useEffect(() => {
    const text = typed.trim();
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text === "" ? undefined : text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative min-w-48 flex-1 sm:max-w-xs">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" />
      <Input
        id={id}
        type="search"
        className="h-8 pl-8 text-xs"
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}
