import { useQuery } from "@tanstack/react-query";
import { openCountQuery } from "./count-query";

/** How many alerts are open, beside the name of their page. Nothing when there are none, or when nobody can say. */
export function OpenCount() {
  const { data, isError } = useQuery(openCountQuery);
  if (data === undefined || isError || data.count === 0) return null;
  const text = data.isMore || data.count > 99 ? "99+" : String(data.count);
  return (
    <span className="ml-auto rounded-full bg-bad-soft px-2 py-0.5 font-semibold text-bad text-xs tabular-nums">
      {text} <span className="sr-only">open</span>
    </span>
  );
}
