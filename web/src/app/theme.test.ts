import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

let theme: typeof import("@/app/theme");
let dark: boolean;
let tell: (() => void)[];

beforeEach(async () => {
  dark = false;
  tell = [];
  vi.stubGlobal("matchMedia", () => ({
    get matches() {
      return dark;
    },
    addEventListener: (_: string, hearer: () => void) => tell.push(hearer),
    removeEventListener: (_: string, hearer: () => void) => {
      tell = tell.filter((one) => one !== hearer);
    },
  }));
  localStorage.clear();
  vi.resetModules();
  theme = await import("@/app/theme");
});
afterEach(() => vi.unstubAllGlobals());

const shown = () => document.documentElement.dataset["theme"];
function systemBecomes(isDark: boolean) {
  dark = isDark;
  for (const hearer of tell) hearer();
}

describe("theme", () => {
  it("is the system's until one is chosen, and follows it", () => {
    theme.applyTheme(theme.chosenTheme());
    expect([theme.chosenTheme(), shown()]).toEqual(["system", "light"]);
    const stop = theme.followSystemTheme();
    systemBecomes(true);
    expect(shown()).toBe("dark");
    stop();
    systemBecomes(false);
    expect(shown()).toBe("dark");
  });

  it("is the one that was chosen, whatever the system does, and the next time, too", () => {
    theme.followSystemTheme();
    theme.chooseTheme("light");
    systemBecomes(true);
    expect(shown()).toBe("light");
    expect(localStorage.getItem("forebay-theme")).toBe("light");
    theme.chooseTheme("system");
    expect(shown()).toBe("dark");
    expect(localStorage.getItem("forebay-theme")).toBeNull();
  });

  it("takes what it does not know for none", () => {
    localStorage.setItem("forebay-theme", "purple");
    expect(theme.chosenTheme()).toBe("system");
  });

  it("holds until the page is left where nothing may be stored", () => {
    const forbidden = () => {
      throw new DOMException("no", "SecurityError");
    };
    vi.stubGlobal("localStorage", { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    expect(theme.chosenTheme()).toBe("system");
    theme.followSystemTheme();
    theme.chooseTheme("dark");
    expect(shown()).toBe("dark");
    systemBecomes(false);
    expect(shown()).toBe("dark");
    expect(theme.chosenTheme()).toBe("dark");
  });
});
