import express from "express";
const app = express();
app.get("/livez", (_, res) => res.end());
app.listen(Number(process.env.API_PORT ?? 4001));
