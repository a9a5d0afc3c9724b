import type { DocumentDetail } from "@/features/documents/queries";

/**
 * The names of categories, likely ones first: those that the reasons of the verdict name, then those chosen lately, then by
 * name. The API does not say what else the classifiers thought of.
 */
export function likely(
  names: readonly string[],
  document: Pick<DocumentDetail, "category" | "reasons">,
  lately: readonly string[],
): string[] {
  const said = document.reasons.map(({ text }) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `);
  const rank = (name: string) => {
    if (name === document.category) return 0;
    const words = ` ${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
    if (said.some((reason) => reason.includes(words))) return 1;
    const place = lately.indexOf(name);
    return place === -1 ? lately.length + 2 : place + 2;
  };
  return names.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

const KEPT = 5;
let chosen: readonly string[] = [];

/** What this page's reader has chosen last, newest first, until the page is left. */
export function lately(): readonly string[] {
  return chosen;
}

export function remember(name: string): void {
  chosen = [name, ...chosen.filter((one) => one !== name)].slice(0, KEPT);
}
