export default [index("routes/home.tsx"), route("healthz", "routes/hz.tsx")] satisfies RouteConfig
