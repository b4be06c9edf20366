export const loader = () => new Response(process.env.SESSION_SECRET);
