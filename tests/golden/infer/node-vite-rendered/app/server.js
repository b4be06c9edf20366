import express from "express";
const isProduction = process.env.NODE_ENV === "production";
const port = process.env.PORT || 5173;
const app = express();
app.use("*all", async (req,res)=>{});
app.listen(port)
