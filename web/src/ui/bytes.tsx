import { bytesText, countText } from "@/ui/numbers";

/** A size as people read it; the exact number on hover. */
export function Bytes({ size }: { size: number | null | undefined }) {
  if (size == null) return <span className="text-muted">–</span>;
  return (
    <span title={`${countText(size)} bytes`} className="whitespace-nowrap tabular-nums">
      {bytesText(size)}
    </span>
  );
}
