/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env["FOREBAY_SERVER"] ?? "http://127.0.0.1:8000";
const served = ["/v1", "/api", "/health", "/healthz", "/readyz", "/metrics", "/docs", "/openapi"];

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    outDir: "../src/forebay/entrypoints/http/static",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0, // the Content-Security-Policy allows no data: but for pictures
    modulePreload: { polyfill: false },
    manifest: true, // which files belong to the first page: the budget of its size goes by it
    chunkSizeWarningLimit: 700,
  },
  worker: { format: "es" },
  server: { proxy: Object.fromEntries(served.map((path) => [path, server])) },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
