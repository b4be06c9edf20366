import express from "express";
import mongoose from "mongoose";
import Redis from "ioredis";
import config from "./config.js";

const app = express();
const redis = new Redis(process.env.REDIS_URL);
mongoose.connect(config.mongoUri);
app.get("/", (req, res) => res.send("ok"));
app.listen(config.port);
