package com.acme;

import static spark.Spark.*;

public class Api {
    public static void main(String[] args) {
        port(getPort());
        get("/hello", (req, res) -> "hi");
    }

    static int getPort() {
        String port = System.getenv("PORT");
        return port != null ? Integer.parseInt(port) : 4567;
    }
}
