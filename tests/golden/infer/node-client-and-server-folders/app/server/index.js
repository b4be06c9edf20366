const express = require("express");
const app = express();
require("mongoose").connect(process.env.MONGODB_URI);
app.get("/api/health", (req, res) => res.send("ok"));
app.listen(process.env.PORT || 5001);
