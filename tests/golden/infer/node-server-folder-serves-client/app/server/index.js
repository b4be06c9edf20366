const express = require("express");
const app = express();
const PORT = process.env.PORT || 3001;
app.use(express.static(path.resolve(__dirname, "../client/build")));
app.get("/api",(a,b)=>b.json({}));
app.get("*", (a,b)=>b.sendFile(x));
app.listen(PORT)
