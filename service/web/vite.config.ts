import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** The service that `npm run dev` talks to; the built page is served by the service itself. */
const service = process.env.LYTT_URL ?? 'http://127.0.0.1:8400';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // Inlined assets would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': service } },
  test: { include: ['src/**/*.test.ts'] },
});
