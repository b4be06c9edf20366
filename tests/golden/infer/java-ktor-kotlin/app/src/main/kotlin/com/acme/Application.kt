package com.acme

import io.ktor.server.application.*
import io.ktor.server.response.*
import io.ktor.server.routing.*

fun main(args: Array<String>) = io.ktor.server.netty.EngineMain.main(args)

fun Application.module() {
    val url = System.getenv("DATABASE_URL") ?: "jdbc:h2:mem:test"
    routing {
        route("/api") {
            get("/health") { call.respondText("ok") }
        }
    }
}
