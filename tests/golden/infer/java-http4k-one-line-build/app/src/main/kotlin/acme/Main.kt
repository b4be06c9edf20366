package acme

import org.http4k.core.Method.GET
import org.http4k.core.Response
import org.http4k.core.Status.Companion.OK
import org.http4k.routing.bind
import org.http4k.routing.routes
import org.http4k.server.SunHttp
import org.http4k.server.asServer

fun main() {
    val given = System.getenv("PORT")
    val port = if (given == null) 9700 else given.toInt()
    System.getenv("DATABASE_URL") ?: error("DATABASE_URL is missing")
    routes(
        "/api" bind routes("/boats" bind GET to { Response(OK) }, "/health" bind GET to { Response(OK) }),
        "/tides" bind GET to { Response(OK) },
    ).asServer(SunHttp(port)).start()
}
