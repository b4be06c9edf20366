package com.acme

@SpringBootApplication
class Almanac

fun main(args: Array<String>) {
    runApplication<Almanac>(*args)
}
