/** Light, dark, or as the system has it. public/theme.js applies the same choice before anything is drawn. */
export type Theme = "light" | "dark" | "system";

const KEY = "forebay-theme";
let chosen: Theme | undefined; // since the page was loaded: it holds where nothing may be stored, too
const system = () => globalThis.matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme(): Theme {
  if (chosen !== undefined) return chosen;
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system"; // storage may be forbidden
  }
}

export function applyTheme(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && system().matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // then it holds until the page is left
  }
  applyTheme(theme);
}

export function followSystemTheme(): () => void {
  const query = system();
  const follow = () => applyTheme(chosenTheme());
  query.addEventListener("change", follow);
  return () => query.removeEventListener("change", follow);
}
