const express = require("express");
const app = express();
app.get("/ready", (req, res) => res.end());
app.listen(process.env.SERVER_PORT ? Number(process.env.SERVER_PORT) : 7000);
