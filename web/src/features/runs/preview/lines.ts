export interface LineRow {
  /** Undefined where a long line goes on. */
  number: number | undefined;
  text: string;
}

/** Lines longer than this stand in several rows: a browser takes long to lay out a line of a megabyte. */
export const ROW_CHARACTERS = 2_000;

/** The lines of pieces that may be cut anywhere, also within a line or its end. "\r\n" and "\n" end one. */
export function splitLines(pieces: readonly string[], longest = ROW_CHARACTERS): LineRow[] {
  const rows: LineRow[] = [];
  let open = ""; // what is behind the last end of a line
  let number = 0;
  const add = (line: string) => {
    number += 1;
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text.length <= longest) rows.push({ number, text });
    else
      for (let at = 0; at < text.length; at += longest)
        rows.push({ number: at === 0 ? number : undefined, text: text.slice(at, at + longest) });
  };
  for (const piece of pieces) {
    const lines = piece.split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      add(open + line);
      open = "";
    }
    open += last;
  }
  if (open !== "") add(open);
  return rows;
}

/** How many columns the widest row takes; a tab counts as four. */
export function widthOf(rows: readonly LineRow[]): number {
  let width = 0;
  for (const { text } of rows) {
    const columns = text.length + 3 * (text.split("\t").length - 1);
    if (columns > width) width = columns;
  }
  return width;
}
