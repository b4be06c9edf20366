export default defineConfig({ root: "client", build: { outDir: "dist/public" } })
