import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@/index.css";
import { Live } from "@/api/live";
import { LiveProvider } from "@/app/context";
import { makeQueries } from "@/app/queries";
import { applyTheme, chosenTheme, followSystemTheme } from "@/app/theme";
import { makeRouter } from "@/routes";
import { Toaster } from "@/ui/toast";

applyTheme(chosenTheme());
followSystemTheme();

const queries = makeQueries();
const live = new Live(queries);
const router = makeRouter(queries);
live.start();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LiveProvider value={live}>
        <RouterProvider router={router} />
        <Toaster />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
