const app = require("express")();
app.get("/", (req, res) => res.send("hi"));
app.listen(process.env.PORT || 5000);
