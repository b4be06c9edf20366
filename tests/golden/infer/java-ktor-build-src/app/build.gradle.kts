plugins {
    kotlin("jvm") version "2.0.0"
    id("io.ktor.plugin") version "3.0.0"
}

application { mainClass.set("io.ktor.server.netty.EngineMain") }

dependencies { server(); implementation(Libs.Storage.h2) }
