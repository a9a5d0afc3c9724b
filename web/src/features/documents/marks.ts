export interface Piece {
  text: string;
  marked: boolean;
  /** In code points. */
  start: number;
}

/** The text in pieces. Matches are pairs of start and stop in code points, which are not what strings here count in. */
export function piecesOf(text: string, matches: readonly (readonly number[])[]): Piece[] {
  const points = [...text];
  const pieces: Piece[] = [];
  let done = 0;
  const add = (until: number, marked: boolean) => {
    const stop = Math.min(until, points.length);
    if (stop <= done) return;
    pieces.push({ text: points.slice(done, stop).join(""), marked, start: done });
    done = stop;
  };
  for (const [start = 0, stop = 0] of matches.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    add(start, false);
    add(stop, true);
  }
  add(points.length, false);
  return pieces;
}
