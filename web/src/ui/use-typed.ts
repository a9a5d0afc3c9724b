import { type ChangeEvent, useEffect, useRef, useState } from "react";

const SETTLE_MS = 300;

/** What stands in a text field at once, and is told further when the typing pauses. For `<input {...useTyped(…)}>`. */
export function useTyped(value: string | undefined, onChange: (value: string | undefined) => void) {
  const [text, setText] = useState(value ?? "");
  const told = useRef(value);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    if (value === told.current) return; // it is what was typed here
    told.current = value;
    setText(value ?? "");
  }, [value]);
  useEffect(() => {
    const wanted = text.trim() === "" ? undefined : text.trim();
    if (wanted === told.current) return;
    const timer = setTimeout(() => {
      told.current = wanted;
      tell.current(wanted);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return { value: text, onChange: (event: ChangeEvent<HTMLInputElement>) => setText(event.target.value) };
}
