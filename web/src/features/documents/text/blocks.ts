/** A few paragraphs: what is drawn, and left out of sight, at once. */
export interface Block {
  start: number;
  stop: number;
  /** The page that begins with it, from 1 on. */
  page?: number;
}

const AIM = 2_000;
const MOST = 6_000;

/**
 * The text in blocks that end with a line, or at `MOST` characters where a line is longer than that. With `paged`, form
 * feeds end pages; they belong to no block.
 */
export function blocksOf(text: string, paged: boolean): Block[] {
  const blocks: Block[] = [];
  let page = 1;
  let at = 0;
  while (at < text.length) {
    const feed = paged ? text.indexOf("\f", at) : -1;
    const end = feed === -1 ? text.length : feed;
    addBlocks(blocks, text, at, end, paged ? page : undefined);
    at = end + 1;
    page += 1;
  }
  return blocks;
}

function addBlocks(blocks: Block[], text: string, from: number, end: number, page: number | undefined): void {
  let start = from;
  do {
    const stop = stopOf(text, start, end);
    blocks.push({ start, stop, ...(page !== undefined && start === from && { page }) });
    start = stop;
  } while (start < end);
}

function stopOf(text: string, start: number, end: number): number {
  if (end - start <= AIM) return end;
  const line = text.indexOf("\n", start + AIM);
  const stop = line === -1 ? end : Math.min(line + 1, end);
  if (stop - start <= MOST) return stop;
  const cut = start + MOST;
  const isPair = /[\ud800-\udbff]/.test(text.charAt(cut - 1)); // half of a character stands nowhere alone
  return isPair ? cut - 1 : cut;
}

/** The page that a place in the text is on. */
export function pageAt(blocks: readonly Block[], place: number): number | undefined {
  let page: number | undefined;
  for (const block of blocks) {
    if (block.start > place) break;
    page = block.page ?? page;
  }
  return page;
}
