const http = require("http");

let count = 0;

http
  .createServer((req, res) => {
    if (req.method === "POST" && req.url === "/health/reset") {
      count = 0;
      return res.end("reset");
    }
    if (req.url === "/count") return res.end(String(++count));
    if (req.url === "/health") return res.end("ok");
    res.writeHead(404).end();
  })
  .listen(process.env.PORT || 4000);
