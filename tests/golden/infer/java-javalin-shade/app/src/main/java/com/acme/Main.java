package com.acme;

import io.javalin.Javalin;

public class Main {
    public static void main(String[] args) {
        String mongo = System.getenv("MONGODB_URI");
        // Javalin.create().start(1234);
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "7070"));
        Javalin app = Javalin.create().start(port);
        app.get("/status", ctx -> ctx.result("ok"));
        app.post("/health", ctx -> ctx.status(201));
    }
}
