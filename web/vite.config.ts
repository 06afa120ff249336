import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `npm run dev` talks to a server of your own: PROVISO_URL=http://127.0.0.1:8971 npm run dev
const server = process.env.PROVISO_URL ?? "http://127.0.0.1:8971";

export default defineConfig({
  plugins: [react()],
  // The server writes a fresh nonce here with every answer.
  html: { cspNonce: "__PROVISO_NONCE__" },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": { target: server, ws: true, changeOrigin: true, secure: false } },
  },
  build: {
    // Everything the pages need is served by the server itself, nothing is inlined as data: URLs,
    // so that the content security policy can stay short.
    assetsInlineLimit: 0,
    target: "es2022",
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        manualChunks: {
          react: ["react", "react-dom", "react-router-dom"],
          mantine: ["@mantine/core", "@mantine/hooks", "@mantine/dates", "@mantine/notifications"],
        },
      },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
  },
});
