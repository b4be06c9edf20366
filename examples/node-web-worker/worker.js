"use strict";

// Stands for a consumer of a queue: it works in the background, and nobody reaches it.
const timer = setInterval(() => console.log("worked"), 10_000);

process.on("SIGTERM", () => clearInterval(timer));
