import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import {
  Activity,
  Bell,
  BookOpen,
  FileText,
  HeartPulse,
  Layers,
  Menu,
  Monitor,
  Moon,
  Server,
  Sun,
  Upload,
  X,
} from "lucide-react";
import { useEffect, useState } from "react";
import { useLiveState } from "@/api/live";
import { useLive } from "@/app/context";
import { chooseTheme, chosenTheme, type Theme } from "@/app/theme";
import { OpenCount } from "@/features/alerts/open-count";
import { ProgressEnd, ProgressNote } from "@/features/upload/progress-note";
import { Dot } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import { classNames } from "@/ui/class-names";

const PAGES = [
  { to: "/", label: "Overview", icon: Activity, exact: true },
  { to: "/upload", label: "Upload", icon: Upload, exact: false },
  { to: "/runs", label: "Runs", icon: Layers, exact: false },
  { to: "/documents", label: "Documents", icon: FileText, exact: false },
  { to: "/pipelines", label: "Pipelines", icon: HeartPulse, exact: false },
  { to: "/alerts", label: "Alerts", icon: Bell, exact: false },
  { to: "/system", label: "System", icon: Server, exact: false },
] as const;

/** What is around every page: where one can go, the theme, whether news come in. */
export function Shell() {
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu of a phone closes when another page is shown
  useEffect(() => setOpen(false), [path]);
  const close = () => setOpen(false); // a link may also lead to the same page, without its filters
  return (
    <div className="min-h-screen lg:grid lg:grid-cols-[13.5rem_1fr]">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2 focus:shadow"
      >
        Skip to the page
      </a>
      <header className="sticky top-0 z-30 flex h-14 items-center justify-between border-line border-b bg-surface px-4 lg:hidden">
        <Brand onClick={close} />
        <div className="flex items-center gap-2">
          <ProgressNote short />
          <IconButton
            label={open ? "Close the menu" : "Open the menu"}
            aria-expanded={open}
            aria-controls="menu"
            onClick={() => setOpen(!open)}
          >
            {open ? <X aria-hidden className="size-5" /> : <Menu aria-hidden className="size-5" />}
          </IconButton>
        </div>
      </header>
      <aside
        id="menu"
        aria-label="Menu"
        className={classNames(
          "z-20 flex-col border-line border-r bg-surface lg:sticky lg:top-0 lg:flex lg:h-screen",
          open ? "fixed inset-0 top-14 flex" : "hidden",
        )}
      >
        <div className="hidden h-16 items-center px-5 lg:flex">
          <Brand />
        </div>
        <nav aria-label="Pages" className="flex-1 space-y-0.5 overflow-y-auto px-3 py-3 lg:py-0">
          {PAGES.map(({ to, label, icon: Icon, exact }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact }}
              onClick={close}
              {...(to === "/pipelines" && path.startsWith("/clients/") ? { "data-status": "active" } : {})}
              className="flex items-center gap-3 rounded-md px-3 py-2 font-medium text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:text-accent-strong"
            >
              <Icon aria-hidden className="size-4.5" strokeWidth={1.75} />
              {label}
              {to === "/alerts" && <OpenCount />}
            </Link>
          ))}
        </nav>
        <div className="space-y-3 border-line border-t px-5 py-4">
          <ProgressNote />
          <LiveNote />
          <div className="flex items-center justify-between">
            <a href="/docs" className="flex items-center gap-2 text-muted text-xs hover:text-ink">
              <BookOpen aria-hidden className="size-4" /> API
            </a>
            <ThemeChoice />
          </div>
        </div>
      </aside>
      <main id="page" tabIndex={-1} className="min-w-0 px-4 py-6 outline-none sm:px-6 lg:px-8">
        <div className="mx-auto max-w-7xl">
          <Outlet />
        </div>
        <ProgressEnd />
      </main>
    </div>
  );
}

function Brand({ onClick }: { onClick?: () => void }) {
  return (
    <Link to="/" onClick={onClick} className="flex items-center gap-2.5 font-semibold text-base tracking-tight">
      <img src="/favicon.svg" alt="" className="size-7" />
      Forebay
    </Link>
  );
}

function LiveNote() {
  const state = useLiveState(useLive());
  const [tone, label] = (
    {
      live: ["ok", "Live"],
      connecting: ["idle", "Connecting"],
      polling: ["warn", "Looking every 5 s"],
    } as const
  )[state];
  return (
    <p className="flex items-center gap-2 text-muted text-xs">
      <Dot tone={tone} label="" /> {label}
    </p>
  );
}

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const THEMES = { system: Monitor, light: Sun, dark: Moon } as const;

function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  const Icon = THEMES[theme];
  return (
    <IconButton
      label={`Theme: ${theme}; change to ${NEXT[theme]}`}
      onClick={() => {
        chooseTheme(NEXT[theme]);
        setTheme(NEXT[theme]);
      }}
    >
      <Icon aria-hidden className="size-4" />
    </IconButton>
  );
}
