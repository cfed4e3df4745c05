import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where the platform is in development; the built app is served by the platform itself. */
const platform = process.env['SYMPHAINY_PLATFORM_URL'] ?? 'http://localhost:3000'

const source = (name: string, entry = 'index'): string => new URL(`../packages/${name}/src/${entry}.ts`, import.meta.url).pathname

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    // From the sources: a change in a package shows at once, and the bundler drops what the app does not use.
    alias: {
      '@symphainy/protocol': source('protocol'),
      // Before the package itself, which would match it as well.
      '@symphainy/client/chat': source('client', 'chat'),
      '@symphainy/client': source('client'),
      '@symphainy/react': source('react'),
    },
    dedupe: ['react', 'react-dom'],
  },
  server: {
    proxy: {
      // The page's own origin is kept as Host: the platform takes loopback names for allowed origins. [CN3]
      '/api': { target: platform, ws: true },
      '/knowledge': { target: platform },
    },
  },
  build: {
    target: 'es2022',
    sourcemap: true,
    // `data:` addresses would need more room in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
})
