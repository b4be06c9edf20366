package com.acme;

import io.javalin.Javalin;

public class Main {
  public static void main(String[] args) {
    String given = System.getenv("PORT");
    int port = given == null ? 7171 : Integer.parseInt(given);
    Javalin.create()
        .post("/cut", ctx -> ctx.status(202))
        .get("/ok", ctx -> ctx.result("sharp"))
        .start(port);
  }
}
