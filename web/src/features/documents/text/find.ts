export interface Match {
  start: number;
  stop: number;
}

/** More are not counted: nobody steps through them. */
export const MOST_MATCHES = 10_000;

const folded = new Map<string, string>();

function foldOne(char: string): string {
  let known = folded.get(char);
  if (known === undefined) {
    const plain = char.normalize("NFD").charAt(0).toLowerCase();
    known = plain.length === 1 ? plain : char;
    folded.set(char, known);
  }
  return known;
}

/** Without capitals and accents, and exactly as long, so that places in it are places in the text. */
export function fold(text: string): string {
  return text.replace(/[A-Z\u0080-\uffff]/g, foldOne);
}

const SYNTAX = /[\^$.*+?()[\]{}|/\\]/;

/** Letters in any form, with any accents behind them; white space of a query is any white space of the text. */
function patternOf(query: string): RegExp | undefined {
  const words = query.normalize("NFC").trim().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return undefined;
  const letters = (word: string) =>
    [...fold(word).replace(/\p{M}/gu, "")].map((char) => `${char.replace(SYNTAX, "\\$&")}\\p{M}*`).join("");
  const source = words.map(letters).join("\\s+");
  return source === "" ? undefined : new RegExp(source, "gu");
}

/** Where the query stands in a text that was folded, in order, none within another. */
export function findIn(foldedText: string, query: string): Match[] {
  const pattern = patternOf(query);
  if (pattern === undefined) return [];
  const found: Match[] = [];
  for (const match of foldedText.matchAll(pattern)) {
    if (match[0] === "") continue;
    found.push({ start: match.index, stop: match.index + match[0].length });
    if (found.length === MOST_MATCHES) break;
  }
  return found;
}
