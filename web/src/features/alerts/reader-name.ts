const KEY = "forebay-name";

/** Under which name the reader took an alert on last: it is proposed the next time. */
export function lastName(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage may be forbidden
  }
}

export function keepName(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // then it is asked for again
  }
}
