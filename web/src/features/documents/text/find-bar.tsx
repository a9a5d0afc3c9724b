import { ChevronDown, ChevronUp } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { MOST_MATCHES } from "@/features/documents/text/find";
import { IconButton } from "@/ui/button";
import { Input } from "@/ui/field";
import { countText } from "@/ui/numbers";

const PAUSE_MS = 200;

interface Props {
  query: string;
  onQuery: (query: string) => void;
  count: number;
  /** The match that one is at, from 0 on. */
  at: number;
  onStep: (step: 1 | -1) => void;
}

/** Enter finds the next, Shift and Enter the one before. */
export function FindBar({ query, onQuery, count, at, onStep }: Props) {
  const [typed, setTyped] = useState(query);
  const told = useRef(query);
  useEffect(() => {
    if (query === told.current) return; // it is what was typed here, and more may stand there by now
    told.current = query;
    setTyped(query);
  }, [query]);
  const tell = useCallback(
    (text: string) => {
      if (text === told.current) return;
      told.current = text;
      onQuery(text);
    },
    [onQuery],
  );
  useEffect(() => {
    const timer = setTimeout(() => tell(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, tell]);
  const total = `${countText(count)}${count === MOST_MATCHES ? "+" : ""}`;
  return (
    <div className="flex items-center gap-1">
      <Input
        aria-label="Find in the text"
        placeholder="Find in the text"
        autoComplete="off"
        spellCheck={false}
        className="h-8 min-w-0 flex-1 text-xs"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setTyped("");
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (typed === query) onStep(event.shiftKey ? -1 : 1);
          else tell(typed);
        }}
      />
      <span role="status" className="min-w-16 px-1 text-center text-muted text-xs tabular-nums whitespace-nowrap">
        {query.trim() !== "" && (count === 0 ? "Not found" : `${countText(at + 1)} of ${total}`)}
      </span>
      <IconButton label="Previous match" disabled={count === 0} onClick={() => onStep(-1)}>
        <ChevronUp aria-hidden className="size-4" />
      </IconButton>
      <IconButton label="Next match" disabled={count === 0} onClick={() => onStep(1)}>
        <ChevronDown aria-hidden className="size-4" />
      </IconButton>
    </div>
  );
}
