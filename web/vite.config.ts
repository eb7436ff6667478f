import { defineConfig } from 'vite'

const server = process.env.KITH_SERVER ?? 'http://127.0.0.1:8080'

// assetsInlineLimit 0 and no inline polyfill: the pages are served under a CSP that knows only 'self'.
export default defineConfig({
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rollupOptions: { onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning) },
  },
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
})
