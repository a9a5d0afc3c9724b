// Runs before anything is drawn, so that no page flashes in the other theme. See src/app/theme.ts.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("forebay-theme");
  } catch {
    // storage may be forbidden
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
