export const GET = () => new Response(process.env.REGION ?? "eu");
